"""What somebody may see of content and write in it: the choke points that every answer and every save goes through."""
