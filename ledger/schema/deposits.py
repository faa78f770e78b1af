"""What came to the bank, and which remittances it pays."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, text

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# One line of a bank's file. `key` names it: the account with the bank's reference, else with what the line
# says and its turn among lines that say the same. `open`: 1 as long as a part of it is explained by nothing.
deposit = Table(
    "deposit",
    metadata,
    id_column(),
    Column("key", Text, nullable=False, unique=True),
    text_column("practice", None),
    text_column("payer"),  # the payer's key, "" where the line names none that is known
    text_column("kind", None),  # eft, check, lockbox, card, cash, other, returned
    text_column("trace"),  # TRN02, or the check's number
    text_column("originator"),  # TRN03
    day_column("deposited_on"),
    Column("cents", BigInteger, nullable=False),  # below 0: what the bank took back
    count_column("open"),
    text_column("file", None),  # SHA-256 of the bank's file
    day_column("business_on"),
)

Index("ix_deposit_practice", deposit.c.practice, deposit.c.deposited_on)  # the first day of a practice's bank
Index(  # what nothing explains whole: of all deposits few
    "ix_deposit_open",
    *(deposit.c[name] for name in ("id", "practice", "payer", "cents")),
    sqlite_where=text("open = 1"),
    postgresql_where=text("open = 1"),
)

# A part of a deposit that is explained: by a remittance, or as something else (`meaning`). What undoes it is
# a row of its own with the cents the other way round.
deposit_match = Table(
    "deposit_match",
    metadata,
    id_column(),
    reference("deposit_id", "deposit.id"),
    reference("remittance_id", "remittance.id", nullable=True),
    text_column(
        "meaning"
    ),  # of what is no remittance: patient, interest, transfer, refund, returned, fee, other
    Column("cents", BigInteger, nullable=False),
    text_column("matched_by", None),  # trace, amount, day, return, person
    reference("money_act_id", "money_act.id", nullable=True),
    day_column("business_on"),
)
