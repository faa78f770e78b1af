"""Claims, their submissions and batches: built, sent once, answered, and decided by a person."""
