"""What exists: the declared graph, identifiers, money, time, access words, errors and ports. Standard library only."""
