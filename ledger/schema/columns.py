"""The metadata that every table belongs to, and the columns that tables have in common."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Text, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[int]:
    return Column("id", Integer, primary_key=True)


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
    return Column(name, Integer, ForeignKey(target), nullable=nullable, index=index)
