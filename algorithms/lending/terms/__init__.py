"""The six terms of the limit; the smallest binds."""
