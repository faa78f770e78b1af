"""Files that partners brought.

contents.py         what a file holds by its envelopes, and what no reader took
acknowledgments.py  the TA1, 999 and 277CA of one file applied
settle_replaced.py  what was quarantined leaves its queue once its right form was taken
"""
