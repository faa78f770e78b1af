"""What every writer uses: an interchange being made, and segments as text."""
