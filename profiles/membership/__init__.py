"""Membership: which segments are looked at when, and what is written down of who is in them."""
