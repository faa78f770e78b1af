"""The payer twin: what a payer's answers tell of how it decides, and what it would do to tonight's claims.

Pure: answered claims in, rates and intervals out. What is kept of them is counts, and nobody's name.
"""
