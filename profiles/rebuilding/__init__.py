"""Rebuilding: people, names and memberships told anew by the log, and compared with what is kept of them."""
