"""Many operations in one call: each by itself with a result of its own, or all of them or none."""
