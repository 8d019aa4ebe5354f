"""What the program does to the disk: which path a person means, what is read there, and how files are written."""
