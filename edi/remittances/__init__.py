"""835 remittances from and to flat records.

files.py     `read_remittances`
reading.py   a remittance's loops to records
fast_path.py, decoding.py, patterns.py: the same for claims of the ordinary shape, from the text
writing.py   `write_remittances`
"""
