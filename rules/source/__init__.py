"""Rules written out as Python functions."""
