"""What holds for requests of any kind: conditions, and requests that are sent again."""
