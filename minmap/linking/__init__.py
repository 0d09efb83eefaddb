"""Combine the tables of several sources."""
