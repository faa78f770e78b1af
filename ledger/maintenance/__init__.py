"""What is done to a ledger as a whole: backups and restores, which ledger it is, what is purged."""
