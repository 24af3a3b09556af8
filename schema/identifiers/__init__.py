"""Identifiers by their own standards: what is an error, what is only a hint, and what may be shown."""
