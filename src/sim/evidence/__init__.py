"""The dated record to 10 January 2024: its rows, its regularities, and the past that scenarios share."""
