"""Files in: bytes → text → rows with line numbers; knows nothing of what the rows mean."""
