"""Who signs in to the web console, and what each role may do.

passwords.py  the hash of a password, and what a password must be
rights.py     what each role may do
sign_in.py    a session begins, is looked up, ends
"""
