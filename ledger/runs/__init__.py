"""Runs by business date: schedules, what each came to, alerts, and what was quarantined."""
