"""What payers decided about one claim, and what follows from it: pure, from all answers at once.

A claim's state, what each payer and the patient owe, and the work that waits for a person are derived
from the answers that are left standing, never from the answer that came last. So the order in which
remittances arrive, and how they are split over files, changes nothing.

    facts.py        what is known of a claim: lines, coverages, answers, acts of people
    standing.py     pairs reversals with what they reverse; which answers and lines are left standing
    treatments.py   what one adjustment means for the books
    payers.py       the payers in their order, each with its answers
    settlement.py   who owes what, and what waits for whom
    work.py         the causes that wait for a person
"""
