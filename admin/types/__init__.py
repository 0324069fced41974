"""Module types: their samples and shapes, and changes of them with the modules that they have."""
