"""Credits: whose money is here beyond what is owed, and by when it is to be back."""
