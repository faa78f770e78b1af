"""What payers are asked beside claims: who can be asked, how it is written, what became of it."""
