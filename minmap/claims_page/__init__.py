"""The page of claims: one file for readers who do not program, with maps, tables and sources."""
