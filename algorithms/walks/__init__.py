"""Walks to the end over compressed adjacency."""
