"""Why somebody sees something, and what somebody could see."""
