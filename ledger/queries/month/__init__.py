"""A month of the books as its package prints it: everything from the postings of its period."""
