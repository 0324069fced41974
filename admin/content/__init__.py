"""Content one piece at a time, and lists of it: read, checked, saved, its past, who uses it."""
