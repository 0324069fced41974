"""The content store: immutable revisions, and for each key a draft that points at one."""
