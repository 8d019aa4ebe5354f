"""The model lives the histories that it lived before, to the bit."""
