"""The books: accounts, entries that sum to zero, what a claim owes, work items, months."""
