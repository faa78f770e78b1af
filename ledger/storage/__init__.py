"""Where rows and bytes lie: both databases, transactions, the lease, sealed documents."""
