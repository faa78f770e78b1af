"""The audit trail and the digest that ties each transaction's rows to it."""
