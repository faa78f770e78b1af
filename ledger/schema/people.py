"""The persons who sign in to the web console, their sessions, and tries to sign in that failed."""

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text

from ledger.schema.columns import (
    count_column,
    day_column,
    metadata,
    text_column,
)

# A person who may sign in. The person is an actor: what is decided in the console is signed by the same name
# as by a command. `practices`: keys as a JSON list, `*` in it is every one. A session holds `changes` as it
# was when it began: another password, role or practice ends it.
console_user = Table(
    "console_user",
    metadata,
    Column("name", Text, ForeignKey("actor.name"), primary_key=True),
    text_column("password", None),  # Argon2id, with its salt and cost
    text_column("roles", None),  # space between
    text_column("practices", None),
    count_column("disabled"),
    count_column("changes"),
    day_column("business_on"),
)

# A person who is signed in. Instants are seconds since the epoch; `ended_at` 0: not ended by a person.
# `waits` 1: the password was right and the second factor is still asked for; such a row opens no page.
console_session = Table(
    "console_session",
    metadata,
    Column("token", Text, primary_key=True),  # SHA-256 of the cookie: who reads the ledger can't sign in
    Column("name", Text, ForeignKey("console_user.name"), nullable=False, index=True),
    count_column("changes"),
    Column("began_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    count_column("waits"),
    text_column("subject", index=True),  # SHA-256 of who it is at the identity provider, "" none
    text_column("provider_session", index=True),  # likewise of the session there
)

# The second factor of a person. `sealed`: the secret of the app as base64 of an age file, "" none yet;
# `pending`: one that no code has confirmed. Codes of steps that began at
# `spent_at` (seconds since the epoch) or before are over. `wrong`: codes refused since one was right.
second_factor = Table(
    "second_factor",
    metadata,
    Column("name", Text, ForeignKey("console_user.name"), primary_key=True),
    text_column("sealed"),
    text_column("pending"),
    day_column("since_on", nullable=True),
    Column("spent_at", BigInteger, nullable=False),
    count_column("wrong"),
)

# Codes for who lost the app, each good once. Only the SHA-256 is kept: each has 80 bits by chance.
recovery_code = Table(
    "recovery_code",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, ForeignKey("console_user.name"), nullable=False, index=True),
    Column("used_at", BigInteger, nullable=False),
)

# Tries to sign in that did not succeed, by what they have in common: a name, an address, or both.
sign_in_try = Table(
    "sign_in_try",
    metadata,
    Column("key", Text, primary_key=True),  # a digest: a password typed as a name is not kept
    Column("since_at", BigInteger, nullable=False),
    count_column("tries"),
)

# Filters of the queue that a person keeps under a name; `shared` 1: everyone who sees work may choose it.
work_view = Table(
    "work_view",
    metadata,
    Column("owner", Text, ForeignKey("console_user.name"), primary_key=True),
    Column("name", Text, primary_key=True),
    text_column("filters", None),  # by name, as a JSON object
    count_column("shared"),
    day_column("business_on"),
)
