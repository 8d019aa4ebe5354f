"""Fused days: the rules' own text, traced once, compiled, and run for many worlds. The same bytes as by NumPy."""
