"""What is done to a ledger as a whole: backups, restores, which ledger it is, what is archived and purged."""
