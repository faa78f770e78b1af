"""A home in which a claim with two coverages was answered by the first payer."""

from tests.tasks.later_payers import scenario

__all__ = ["scenario"]
