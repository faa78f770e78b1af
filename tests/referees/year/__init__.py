"""A generated year: the quarter's claims and payers over twelve months, with patients, a bank and a desk;
its months are closed and compared with a recomputation from the raw files.

`python -m tests.referees.year 20000 1` prints the figures.
"""
