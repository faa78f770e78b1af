"""The metadata that every table belongs to, and the columns that tables have in common."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Text, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# SQLite gives an id by itself only to a column that is named INTEGER, which has 64 bits there.
ID = BigInteger().with_variant(Integer, "sqlite")


def id_column() -> Column[int]:
    return Column("id", ID, primary_key=True)


def text_column(name: str, default: str | None = "", index: bool = False) -> Column[str]:
    """A text that is never null; `default` None means the writer must give it."""
    return Column(
        name,
        Text,
        nullable=False,
        index=index,
        server_default=None if default is None else text(f"'{default}'"),
    )


def count_column(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def reference(name: str, target: str, nullable: bool = False, index: bool = True) -> Column[int]:
    return Column(name, ID, ForeignKey(target), nullable=nullable, index=index)
