"""The operators, a file for each family."""
