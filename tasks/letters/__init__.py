"""Letters to payers, as PDF: pure, from the facts of a claim to bytes."""
