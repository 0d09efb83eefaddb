"""Tables of several sources as one."""
