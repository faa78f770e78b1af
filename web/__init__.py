"""The web console: what people look at and press in a browser.

It formats. What is shown comes from the ledger's queries, what is pressed is an operation of
`tasks/operations`, the same that the command calls, with the person who signed in as who does it.

app.py       the application: its routes, what stands before each request
acts.py      what may be pressed, with its fields and its operation
desk.py      who asks, whether they may, and the opened home of a request
homes.py     opened homes, each for one request at a time
routing.py   how a form is read, and what becomes of an error
border.py    what no request gets past: host, size, headers
pressed.py   an act: previewed, then done under the lease
words.py     amounts, days and names as people read them
picture.py   the flow of a business date as SVG
sign_in.py, first_user.py, second_factor.py   signing in
night.py, queue.py, claim_pages.py, search.py, batch_pages.py   the pages
money_pages.py, remittance_pages.py, suspense_pages.py, deposit_pages.py, aging_pages.py   money
measure_pages.py, cause_pages.py, twin_pages.py   measures, why claims are denied, what payers would do, with
    kept_figures.py   what is worked out once for as long as the ledger stays as it is, and
    working_out.py    the process that works out what takes long
    bars.py           their pictures as SVG
figures_now.py   figures of this moment, worked out once for as long as nothing is written that they are of
patient_pages.py, patient_acts.py   patients' accounts, and what may be pressed on one
chosen.py    the filters of a list, as its address has them
work_filters.py, work_views.py  those of the queue, and its views that people keep
pressing.py  acts that a page offers on what it shows
second_signature.py  another person signs an act too
codes_pages.py  the encoder, with
    encoder.py        the code sets that visits share, and what was searched
    finding_codes.py  from the codes of a finding to the encoder and back
partner_pages.py, alert_pages.py, audit_pages.py, settings_pages.py   the home itself, with
    keeping.py        who sees these
proxy.py     who a proxy in front of it says that it is
oidc.py      signing in at an identity provider
listening.py where it listens, and the refusal to listen elsewhere in the clear
"""
