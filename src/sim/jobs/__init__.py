"""A run from beginning to end: the worlds are computed, and what people read is made of them."""
