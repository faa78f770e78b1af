"""Who signs in to the web console: persons, second factors, sessions, and tries that failed."""
