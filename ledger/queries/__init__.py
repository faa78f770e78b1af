"""Frozen rows for every view and report: `night`, `claims`, `batches`, `work`, `money`."""
