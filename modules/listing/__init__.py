"""What editors find drafts by: lists that are filtered and sorted, and the search; all worked out of bodies."""
