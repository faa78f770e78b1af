"""Claims on paper, for payers that take nothing else: pure, from claim records to the bytes of a PDF."""

from tasks.paper.pages import printed

__all__ = ["printed"]
