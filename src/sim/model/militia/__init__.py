"""The militia groups and their politicians: ``numbers``, the pure ``rules`` with the ladders, and their ``day``."""
