"""A real Neo4j server for the tests, started from Maven artifacts."""
