"""The metadata that every table belongs to, and the columns that tables have in common."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    text,
)

from ledger.schema.day_type import Day, DayOrNone

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


def day_column(name: str, *, nullable: bool = False, **given: Any) -> Column[str]:
    """A day. With `nullable` there may be none: NULL in the database, "" in Python."""
    made: Column[str] = Column(name, DayOrNone() if nullable else Day(), nullable=nullable, **given)
    event.listen(made, "after_parent_attach", _hold_to_real_days)
    return made


def _hold_to_real_days(column: Column[str], table: Table) -> None:
    # PostgreSQL's type does it. SQLite reads a day out of many texts, and leaves February 30 as it is where
    # it does not count: a day is compared with what it comes to when it does.
    real = CheckConstraint(f"{column.name} IS date({column.name}, '+0 days')", name=column.name)
    table.append_constraint(real.ddl_if(dialect="sqlite"))


def count_column(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def reference(name: str, target: str, nullable: bool = False, index: bool = True) -> Column[int]:
    return Column(name, ID, ForeignKey(target), nullable=nullable, index=index)
