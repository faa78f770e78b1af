"""What waits for a person, as work: its causes outside the books, and the commands that do it."""
