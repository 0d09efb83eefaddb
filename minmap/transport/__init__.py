"""Transport: corridors, the network of their lines, and access over it."""
