"""Colours, classes and symbols: from values to what is drawn."""
