"""The Iraqi government: ``numbers``, the pure ``rules`` with its ladder, and its ``day``."""
