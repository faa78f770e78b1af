"""Measures: how well claims are filed, collected and worked, each with its formula and its claims."""
