"""From a scenario to worlds: the calendar of its days, the model that lives them, and what is observed of it."""
