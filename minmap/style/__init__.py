"""Colours, classes, sizes and symbols of records, from the values of a column."""
