"""A generated quarter: encounters week by week, the answers of the payers to what really went out, paper
and desk money; played through the nightly run, and compared with the recomputation from the raw files.

`python -m tests.referees.quarter --claims 3000 --seeds 1 2 3` prints the figures.
"""
