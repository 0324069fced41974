"""Scored matches: people who are probably one, by what is known of them; merged, shown to somebody, or left alone."""
