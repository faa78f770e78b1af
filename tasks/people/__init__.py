"""Who signs in to the web console, and what each role may do.

passwords.py  the hash of a password, and what a password must be
rights.py     what each role may do
totp.py       one-time codes by time, RFC 6238
second_factor.py  the second factor: its sealed secret, its codes, recovery codes
identity_provider.py  an identity provider over HTTP: discovery document, keys, tokens
oidc.py       whom its ID token names
sign_in.py    a session begins, is looked up, ends
"""
