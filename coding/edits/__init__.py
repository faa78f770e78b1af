"""The edits, one file each. `coding.registry` finds them by listing this folder."""
