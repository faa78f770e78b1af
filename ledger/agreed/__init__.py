"""What payers agree to before a claim: enrolments, authorizations, coverage."""
