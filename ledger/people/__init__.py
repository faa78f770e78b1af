"""Who signs in to the web console: persons, their sessions, and tries that failed."""
