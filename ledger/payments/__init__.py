"""Remittances: checked at the border, matched, posted once; provider-level chains."""
