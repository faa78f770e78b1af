"""What waits for a person."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, null, text

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# One cause that waits for a person. `key` names the cause: whatever comes in derives the same one again.
# `state`: open, resolved (its cause is gone), settled (by a person). `owed`: a part of the receivable.
work_item = Table(
    "work_item",
    metadata,
    id_column(),
    Column("key", Text, nullable=False, unique=True),
    text_column("kind", None, index=True),
    reference("claim_id", "claim.id", nullable=True),
    reference("submission_id", "submission.id", nullable=True),
    reference("claim_payment_id", "claim_payment.id", nullable=True),
    text_column("reference"),  # what the commands of its kind take: an encounter's number, say
    text_column("practice"),
    text_column("payer"),
    count_column("line"),
    text_column("procedure"),
    text_column("group"),
    text_column("carc"),
    text_column("rarcs"),
    Column("cents", BigInteger, nullable=False),
    count_column("owed"),
    text_column("category"),
    text_column("owner"),
    text_column("action"),
    text_column("fix_path"),
    text_column("correctable"),
    text_column("appealable"),
    day_column("due_on", nullable=True),  # last day to act; none: not known
    text_column("assignee"),
    day_column("snoozed_until_on", nullable=True),
    text_column("state", "open"),
    text_column("outcome"),  # of one that is over: what became of its amount
    Column("opened_cents", BigInteger, nullable=False, server_default=text("0")),  # when it was opened
    Column("paid_cents", BigInteger, nullable=False, server_default=text("0")),  # paid on its claim by then
    Column("recovered_cents", BigInteger, nullable=False, server_default=text("0")),  # paid since
    day_column("resolved_on", nullable=True),
    day_column("business_on"),
    # Its place in the queue, on the days from one up to another; any change of the row takes it back, and who
    # writes a letter too. What has none for a day is thought about when it is asked for.
    Column("priority_cents", BigInteger, nullable=False, server_default=text("0")),
    day_column("ranked_from_on", nullable=True),
    day_column("ranked_until_on", nullable=True, onupdate=null()),
    Index("ix_work_item_resolved_on", "resolved_on"),
    Index("ix_work_item_owed", "state", "owed", "practice", "payer", "cents"),  # sums need no row
    Index(  # a page of them begins behind a claim, and their ages need no row
        "ix_work_item_owed_claim", "state", "owed", "claim_id", "practice", "payer", "cents"
    ),
    Index("ix_work_item_state_due_on", "state", "due_on"),
    Index("ix_work_item_ranked_until", "state", "ranked_until_on"),
    Index("ix_work_item_ranked_from", "state", "ranked_from_on"),
    Index("ix_work_item_business_on", "business_on", "kind", "cents"),
    Index(  # what is alike, of which a night learns a chance anew, and the names by which work is asked for
        *("ix_work_item_alike", "state", "kind", "fix_path", "payer", "practice", "carc", "category"),
        *("owner", "cents"),
    ),
)

Index(  # the queue's order, its filters and its sums need no row
    "ix_work_item_queue",
    *(work_item.c.state, work_item.c.priority_cents.desc(), work_item.c.id, work_item.c.snoozed_until_on),
    *(work_item.c[name] for name in ("practice", "kind", "owner", "payer", "assignee", "carc", "category")),
    *(work_item.c.cents, work_item.c.ranked_from_on, work_item.c.ranked_until_on),
)
Index(  # who has work: most of it is nobody's
    "ix_work_item_assignee",
    *(work_item.c.assignee, work_item.c.state, work_item.c.practice),
    sqlite_where=text("assignee <> ''"),
    postgresql_where=text("assignee <> ''"),
)

# That something was written which work may be derived from: a row a transaction, until the queue is kept.
queue_change = Table(
    "queue_change",
    metadata,
    Column("key", Text, primary_key=True),  # drawn by chance
    text_column("tables"),  # that it wrote to: their names, with spaces between; "": the queue was kept
)

# What became of work that is over, as it was learned last: of a reason, of a payer with it, and of a part of
# a payer's work whatever its reason: how long it was open, how much it was, whose. `shares`: their sum, each
# from 0 to 1; `expected`: the sum that a part's reasons made one expect. Both as Python writes them.
outcome_group = Table(
    "outcome_group",
    metadata,
    Column("reason", Text, primary_key=True),
    Column("payer", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    count_column("number"),
    text_column("shares"),
    text_column("expected"),
)

# What happened to a work item: opened, amount, resolved, reopened, assigned, snoozed, noted, settled.
work_event = Table(
    "work_event",
    metadata,
    id_column(),
    reference("work_item_id", "work_item.id"),
    text_column("event", None),
    text_column("actor"),
    text_column("detail"),
    day_column("business_on"),
)

# What was written to a payer about a work item. `kind`: appeal, records. Of an appeal the newest row of an
# item counts: filed, lost, withdrawn, over; that one was won is known from its payment. Records are sent.
letter = Table(
    "letter",
    metadata,
    id_column(),
    text_column("kind", None),
    reference("work_item_id", "work_item.id"),
    reference("claim_id", "claim.id"),
    reference("submission_id", "submission.id", nullable=True),  # records: the claim that announced them
    text_column("event", None),
    Column("level", Integer, nullable=False),  # of an appeal, from 1; else 0
    text_column("name", None),  # of the level, or of what was sent
    text_column("channel"),  # how it went: mail, fax, portal
    text_column("enclosures"),  # what went with it, one a line, in a person's words: a purge empties it
    day_column("due_on", nullable=True),  # filed, sent: last day of its answer; else of the next level
    text_column("sha256"),  # of the letter
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)

# What a person must know and no queue holds: a short manifest, a takeback, a stopped partner.
alert = Table(
    "alert",
    metadata,
    id_column(),
    Column("key", Text, nullable=False, unique=True),
    text_column("code", None),
    text_column("message", None),
    text_column("remedy"),
    text_column("state", "open", index=True),  # open, settled (its cause is gone), dismissed (by a person)
    day_column("business_on"),
    count_column("reopened"),  # how often its cause came again
    text_column("practice"),  # whose matter it is, "" not that of one
    text_column("payer"),
)

# That something quarantined is dealt with, or is open after all. The newest row of a subject counts.
settlement = Table(
    "settlement",
    metadata,
    id_column(),
    text_column("kind", None),  # inbox_file, response, problem (of no stored file), remittance
    Column("number", BigInteger, nullable=False),  # the id of that row
    text_column("state", None),  # settled, open
    text_column("who", None),
    text_column("why", None),
    day_column("business_on"),
    Index("ix_settlement_kind_number", "kind", "number"),
)
