"""What can be said of a file without its partner: `edi.check`, and the rules across segments."""
