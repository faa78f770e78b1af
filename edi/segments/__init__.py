"""The segments of the claims guides, as the standard (005010) has them.

Requirements here are the usual ones; a guide narrows them where it places the segment. Elements
that no guide uses are declared with `use=N`, so that they are known and reported.
"""
