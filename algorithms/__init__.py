"""Numbers out: pure functions from arrays to results that carry their reasons."""
