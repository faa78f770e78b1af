"""What every writer uses.

interchange.py  an interchange in the making: envelopes, counts, numbers, bytes at the end
segments.py     segments as text, from keywords
records.py      what the writers of claims and of remittances share
merging.py      a record that was read: its loop, with what was changed in the record since
"""
