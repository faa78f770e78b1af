"""How things stand, for people and programs; no patient's data.

summary.py  everything as one object
nightly.py  the report of a nightly run
"""
