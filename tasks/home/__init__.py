"""One installation on disk.

home.py          a home made and opened: settings, partners, ledger; copies for people
keys.py          the keys of the archive and of the audit trail
outside_head.py  the ledger's head outside the database
audit_trail.py   the head of each run, and the check of the whole trail
"""
