"""How a guide is declared: elements, segments, loops, and what is made of them once at import.

grammar.py          what segment and loop classes are written with: element types, use, repetition
types.py            X12 element types: N0, R, DT, TM, ID, AN; text to value and back
nodes.py            the classes that segments and loops of a file are: attributes on demand
guide.py            a guide: its tree of places, and for each the table that routes a segment
compile.py          readers and writers of elements, made from a declaration
segment_pattern.py  the regular expression that says whether a segment is as its place wants it
loop_pattern.py     the same for a whole loop
code_sets.py        the forms of codes, the small code sets, and who may be asked for the others
delimiters.py       the four delimiters of an interchange
describe.py         a guide, loop or segment as a page of text; example.py: an example of it
"""
