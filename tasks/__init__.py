"""What is done, without Prefect and without words on a screen.

nightly_run.py  the ten steps in order; lists their pieces and does them
steps/          one file a step: what it has to do, and one piece of it
operations/     what a person does or asks for: one function each, for the command line and a console
reports/        how things stand, and the report of a run
batches/        which claims share a file, its check, its sending, and what may be decided on it
payments/       remittances: read, judged, posted
answers/        files of partners: what they hold, acknowledgments, what later files settle
inbox/          files of practices: found, read, routed to their practice
runs/           the lease of a run, its opening and closing, schedules
home/           one installation: settings, partners, ledger, keys, audit trail
claims/         an encounter becomes a claim, and what is found in it
chunks.py       many at once, and where that fails on one, all but that one
errors.py       what a step raises

A step and an operation never import each other; what both need is in a room below them.
"""
