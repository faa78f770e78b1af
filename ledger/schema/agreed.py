"""What payers agree to before a claim goes to them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, text

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# What was said of an enrolment, one row each time; the newest row of a `number` counts. `kind`: edi, era or
# eft of a billing NPI, credential of a rendering provider's. `state`: asked, approved, ended.
enrolment = Table(
    "enrolment",
    metadata,
    id_column(),
    Column("number", BigInteger, nullable=False),
    text_column("kind", None),
    text_column("payer", None),
    text_column("npi", None),
    text_column("clearinghouse"),  # of edi and era, "" the others
    text_column("state", None),
    day_column("from_on", nullable=True),  # the first day it is in force; none while it is asked for
    day_column("to_on", nullable=True),  # the last day; none: no end is known
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
    Index("ix_enrolment_number", "number"),
)

# What was said of a payer's authorization or referral, one row each time; the newest row of a kind, payer and
# number counts. What is used of its units is derived from the claims that name it. `member_id` is emptied by
# a purge.
prior_authorization = Table(
    "prior_authorization",
    metadata,
    id_column(),
    text_column("kind", None),  # authorization, referral
    text_column("payer", None),
    text_column("number", None, index=True),
    text_column("member_id", None, index=True),
    text_column("procedures"),  # space between, "" any
    Column("units", Integer),  # null: no limit
    day_column("from_on", nullable=True),
    day_column("to_on", nullable=True),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)

# What a 271 said of the coverage that an inquiry is about; the newest row of `whose` counts. It names nobody:
# `whose` and `member` are digests, `facts` are limits of procedures and periods, as JSON.
coverage_answer = Table(
    "coverage_answer",
    metadata,
    id_column(),
    reference("response_id", "response.id"),
    reference("inquiry_id", "inquiry.id"),
    text_column("whose", None, index=True),  # person, payer and day that were asked about
    text_column("state", None),  # active, inactive, not_found, unavailable, unsaid
    text_column("reasons"),  # AAA03, space between
    day_column("active_from_on", nullable=True),
    day_column("active_to_on", nullable=True),
    text_column("in_network"),  # Y, N
    text_column("member"),  # of the member id that the payer has
    text_column("facts", None),
    Column("qmb", Integer, nullable=False, index=True, server_default=text("0")),  # 1: must not be billed
    day_column("business_on"),
)

# What was said of a contract's fee schedule, one row each time; the newest row of a `number` counts. `payer`
# "" is the Medicare fee schedule, of which contracts agree on a percentage; `practice` "" is every practice.
contract = Table(
    "contract",
    metadata,
    id_column(),
    Column("number", BigInteger, nullable=False),
    Column("previous_id", BigInteger, nullable=False, unique=True),  # two acts at once are one
    text_column("payer"),
    text_column("practice"),
    text_column("name", None),  # of the file
    text_column("sha256", None),  # of the file
    Column("rates", Integer, nullable=False),
    text_column("state", None),  # in_force, withdrawn
    day_column("from_on"),  # the first day of service
    day_column("to_on", nullable=True),  # the last one; none: no end is known
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
    Index("ix_contract_number", "number"),
)

# A row of a contract's file, by the line that it stands on. What is "" holds for any.
contract_rate = Table(
    "contract_rate",
    metadata,
    Column("number", BigInteger, primary_key=True),  # of the contract
    Column("line", Integer, primary_key=True),
    text_column("rule", None),  # as `ledger.adjudication.contract_prices` has them
    text_column("procedure"),
    text_column("procedure_to"),  # the last one of a range
    text_column("modifiers"),  # space between
    text_column("places"),  # space between
    text_column("plan"),
    text_column("revenue_code"),
    text_column("drg"),
    text_column("rate", None),  # dollars, percent or units, as a decimal number
    text_column("multiple"),  # percentages of the first, second and further procedures of a day: 100/50/25
    count_column("lesser_of"),  # 1: never more than the charge
    text_column("time"),  # of anesthesia: minutes of a unit, and how a part of one counts
    count_column("carve_out"),  # 1: apart from a case rate or a per diem
    text_column("stop_loss"),  # of a case rate or a per diem: dollars of charge and a percentage, 100000/60
    day_column("from_on"),
    day_column("to_on", nullable=True),
    Index("ix_contract_rate_procedure", "procedure", "number"),
)

# The claims that are to be compared anew since what a contract row says changed: those after `claim_id`. It
# is gone when all are.
repricing = Table(
    "repricing",
    metadata,
    Column("contract_id", BigInteger, ForeignKey("contract.id"), primary_key=True),
    text_column("payer"),
    Column("claim_id", BigInteger, nullable=False),  # the last one that was compared
    day_column("business_on"),
)
