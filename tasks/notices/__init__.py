"""What goes out to people without being asked: alerts and the morning's digest, by e-mail and webhook."""
