"""The map on paper: a figure of matplotlib, and files of it."""
