"""TA1, 999, 277CA, 277 and 271: answers read, and answers written for a file that came in.

reading.py               TA1, 999 and 277CA to flat records
inquiry_answers.py       277 and 271 to flat records
information_requests.py  277 by which a payer asks for more, to flat records
writing.py               records to TA1, 999 and 277CA
replies.py               checks a file and answers it
locating.py              the loop and claim that a 999 means by a segment's position
"""
