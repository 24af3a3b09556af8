"""The key labels of the graph, a subject a file; ``schema.nodes`` puts them together."""
