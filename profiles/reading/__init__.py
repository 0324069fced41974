"""Reading people: every registered fact of one, with what it is, and why it is not there where it is not."""
