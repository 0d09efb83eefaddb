"""The content of a map: columns, filters, legends, and the order of records."""
