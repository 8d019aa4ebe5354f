"""What rules and numbers are written in. It knows no Iraq."""
