"""Privacy: what is told of people is sealed, handed out, put right, held still and forgotten."""

from profiles.privacy.sealing import Sealer, mark_names, names_known

__all__ = ["Sealer", "mark_names", "names_known"]
