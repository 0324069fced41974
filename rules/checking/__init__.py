"""What is found in rules when they are saved and published."""
