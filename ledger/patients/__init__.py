"""What patients are asked for: statements and what holds them."""
