"""Reading content as whoever asks wants it: some parts of it, and what it names along with it."""
