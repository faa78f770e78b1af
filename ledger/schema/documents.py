"""The bytes that came in or go out, and what the inbox held."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

TO_PACK = (
    "pack = '' AND key_id != 'purged' "
    "AND kind IN ('encounter_file', 'claim_file', 'inquiry_file', 'response', 'letter')"
)
"""Documents that move to the archive's folder once they are old: the large ones, which are rarely read again.
A database uses the index for a query that says it in these words."""
PACKED = "pack != ''"

# All bytes that came in or go out, by their hash: the one seam for encryption, retention and proof. Those of
# old nights lie in a pack, a file in the archive's folder; `bytes` is empty then.
document = Table(
    "document",
    metadata,
    Column("sha256", Text, primary_key=True),
    text_column("kind", None),  # encounter_file, claim_file, response, letter, month_package
    Column("size", BigInteger, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    text_column("key_id"),
    day_column("business_on"),
    text_column("pack"),
)
for _name, _where in (("business_on", TO_PACK), ("pack", PACKED)):
    Index(
        f"ix_document_{_name}",
        document.c[_name],
        sqlite_where=text(_where),
        postgresql_where=text(_where),
    )

inbox_file = Table(
    "inbox_file",
    metadata,
    id_column(),
    text_column("name", None),
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False, unique=True),
    text_column("practice"),
    text_column("format"),
    text_column("outcome", None),  # read, quarantined
    count_column("encounters"),
    day_column("business_on", index=True),
)

# A file of the inbox as it stood when its bytes were last read: one that has not changed is not read again.
inbox_seen = Table(
    "inbox_seen",
    metadata,
    Column("name", Text, primary_key=True),
    text_column("facts", None),  # size, times and inode
    reference("inbox_file_id", "inbox_file.id", index=False),  # what its bytes were taken as
)

# What is new in the inbox while several processes read it: its files in the pieces that they take.
inbox_new = Table(
    "inbox_new",
    metadata,
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    text_column("facts", None),  # as of `inbox_seen`
)

# What each night's look at the inbox saw, duplicates included, so that its counts can be reported.
inbox_look = Table(
    "inbox_look",
    metadata,
    id_column(),
    day_column("business_on", index=True),
    count_column("files"),
    count_column("read"),
    count_column("quarantined"),
    count_column("duplicates"),
)

# Why a file, or a part of it, could not be taken.
problem = Table(
    "problem",
    metadata,
    id_column(),
    reference("inbox_file_id", "inbox_file.id", nullable=True),
    reference("response_id", "response.id", nullable=True),
    text_column("name"),
    text_column("code", None),
    text_column("place"),
    text_column("message", None),
    text_column("remedy"),
    day_column("business_on", index=True),
)
