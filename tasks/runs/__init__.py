"""Runs of a home: one at a time.

lease.py           the lease of a run; its business date is opened and closed
closing.py         how a run ends: the outcome, the head of the audit trail
days.py            the business date that people look at and act for
sharing.py         a step that several processes of a run share
collector.py       the garbage collector stands still meanwhile
schedule.py        runs that were due and did not start
schedule_check.py  whether the schedule is kept while it is served
"""
