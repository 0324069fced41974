"""Migrations: a type changes, and the modules of it with it. What it does is told before, and can be undone."""
