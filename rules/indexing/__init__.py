"""Many rules decided at once, and very many by an index."""
