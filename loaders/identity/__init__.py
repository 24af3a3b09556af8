"""Who is meant: node ids from identifiers, references between rows, pseudonyms and masks."""
