"""Releases as editors meet them: overlays, judgement, publication, and their routes."""
