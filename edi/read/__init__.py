"""From bytes to loops: interchanges, transaction sets, loops, with what is wrong reported on the way.

interchanges.py      ISA to IEA as segments, from a path, bytes or a stream, in flat memory
transaction_sets.py  GS, ST, SE, GE; each ST is handed on with its reader
loops.py             one transaction set into its loops, a table look-up a segment
state.py             what a reader of loops knows while it reads
placing.py           where a segment goes that is not where its guide has it
structure.py         what is wrong with a transaction set's structure
segment_faults.py    what is wrong with a segment's elements
envelope_faults.py   what is wrong with ISA, GS, ST and their trailers
report.py            findings kept by interchange, group and transaction set
fast_path.py         loops of a known shape taken from the text itself, several at a time; stretch.py: where
envelopes.py         the envelopes alone; tree.py: a whole file as a tree
"""
