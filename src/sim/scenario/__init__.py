"""Scenarios: the conditions a world is run under, as files that people write and check."""
