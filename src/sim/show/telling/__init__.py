"""A history told in plain sentences: its turning points, their reasons in figures, and the tree of its causes."""
