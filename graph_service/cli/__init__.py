"""The command line: the same service as over HTTP, asked by its operator."""
