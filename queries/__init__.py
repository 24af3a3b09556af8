"""The only room that speaks Cypher: the catalogue of .cypher files and the two stores that run it."""
