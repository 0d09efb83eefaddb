"""What is on a map, whatever carries it: columns, facets, legends and the order of records."""
