"""What the measures count: of each claim how much of it stands above the line of the fraction and how much
below it. A measure, its list of claims and the sum of that list are one query.

    scope.py    which business dates, practices and payer
    passes.py   claims as they first go out and are first answered: clean, resolved at once, denied
    owed.py     what is owed and how old it is, what was collected of what was to be collected
    work.py     what people did: touches, recovery by act, deadlines missed
    reading.py  the measures by name, their sums, and their claims page by page
"""
