"""The community dialect: an evaluator of its own."""
