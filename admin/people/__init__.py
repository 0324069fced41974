"""Routes about people: each is addressed by the opaque id of their profile, and looked up by a POST."""
