"""What a run gives: the `Result`, and the intervals of its shares and differences."""
