"""What time alone changes: how long a verdict holds."""
