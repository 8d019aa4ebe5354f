"""The United States: ``numbers``, the pure ``rules`` with its ladders, and its ``day``."""
