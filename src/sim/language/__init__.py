"""What rules and numbers are written in; it knows nothing of Iraq."""
