"""The steps of a nightly run: `pieces` says what there is to do, `do` does one piece, twice does no harm.

pick_up.py          encounters from the inbox
validate_coding.py  the edits on open encounters, where they may say otherwise
judging.py          a chunk of them, beside the patients' other claims
build_claims.py     claims of the clean ones
write_batches.py    837 files, checked and stored
send.py             to the clearinghouses
collect.py          what the clearinghouses answered
acknowledge.py      TA1, 999, 277CA
post.py             835: to the ledger
queue_denials.py    deadlines near, answers overdue
report.py           the books proved, the report written
archive.py          documents of old nights out of the database
"""
