"""`edi diff`: what differs between two files, by claim, line and remittance."""
