"""Coding audits: lines are drawn, judged by a second person, and counted back to their frame."""
