"""Records that stream in: a body cut into batches, and what of a batch was refused."""
