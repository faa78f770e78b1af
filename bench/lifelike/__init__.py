"""Nights that look like life, drawn from a seed: who bills, who comes, what is answered.

partners.py    practices and payers, as files of a home's partners
encounters.py  the encounter of any number, without those before it
documents.py   an encounter in each format that the inbox takes
inbox.py       a night's encounters as files, practice by practice
answers.py     what the partner says: accepted, rejected, paid, denied

An encounter depends on the seed and its number alone. So nights take linear time, keep nothing, and are
the same however they are cut. Nobody and nothing in them is real.
"""
