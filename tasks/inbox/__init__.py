"""Files that practices dropped into the inbox.

files.py      which files lie there, whole or still being copied
read_file.py  one file with its encounters and problems
routing.py    the practice of an encounter, and its patient
"""
