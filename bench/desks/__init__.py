"""Desks that work the same denials in different orders, night after night, against the mock clearinghouse.

payers.py   what payers do with a claim that comes again and with a letter: nothing of the product knows it
oracle.py   the order of a desk that knows
nights.py   a home, its nights, and a desk's acts
"""
