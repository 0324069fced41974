"""Rules and their verdicts in words, and what would change them."""
