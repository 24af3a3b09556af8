"""The running service: settings, command line, HTTP, GraphQL, trust and use-cases. The only room where the others meet."""
