"""What a person does or asks for: one function each, which the command line and a web console call.

rerun_batch.py        go on with a batch that stopped
resend_batch.py       send a batch once more
decide_batch.py       release a batch or a partner, abandon a batch
mail_batch.py         a printed batch was mailed, and when
first_user.py         the first person of a home, by a code in its files
users.py              who may sign in to the web console: add, change, a new password
second_factor.py      a person's second factor: begun, confirmed, removed
override_edit.py      let an encounter pass an edit, with who, why and until when
retry_quarantined.py  take in again what was quarantined
settle_quarantined.py settle what was quarantined, or open it again
settle_alert.py       settle an alert
reach_partner.py      whether a clearinghouse answers now
resubmit_rejected.py  rejected claims go out again
accept_ledger.py      a ledger in doubt goes on
ask_status.py         ask a payer for the status of a claim
verify_coverage.py    ask a payer about the coverage of an encounter, and what it said
enrol.py              enrolments and credentialing: asked for, approved, ended; one or a file
authorize.py          authorizations and referrals: taken in, changed, ended
resend_claim.py       a claim that its payer does not have goes again
claims_out.py         claims that had gone out before a restore
backup.py             back up and restore
purge.py              remove what retention has made old
seal_archive.py       the archive's first key, and a new one
uncoded.py            encounters that wait for a coder, and drafts to fill in
try_encounter.py      what the edits say of a document, without keeping it
make_payer_edit.py    an edit of a payer, made from a pattern of its denials
learn_twin.py         how a payer decides, from its answers, as a scenario file
rehearse_night.py     the claims of the next run, played against what payers are known to do
kept_rehearsal.py     a rehearsal as facts, kept in the home
replay_claims.py      past claims under today's edits
money_acts.py         how every act about money is done: signed, or previewed
place_payment.py      a payment to a claim, back to suspense, back to its payer
bill_conditionally.py  ask Medicare to pay conditionally where an accident's insurer is silent
bill_next_payer.py    bill the next payer of a claim, whatever is open with the one before it
send_records.py       the records that a payer needs for a claim, as one packet
draft_encounter.py    the corrected encounter of a piece of work, one version higher
correct_claim.py      a correction that came after its claim was sent; a claim that is taken back
claim_money.py        a patient's payment, refunds, write-offs, what becomes the patient's
time_credits.py       when a credit was identified, and what suspends its deadline
unclaimed_property.py patients' credits for the holder's reports to the states
medicare_credits.py   Medicare credits at a quarter's end, for CMS-838
decide_remittance.py  release a remittance in conflict, whole or in parts, or refuse it
enter_payment.py      a remittance that came on paper
close_month.py        a month of the books is closed, its package kept
import_deposits.py    deposits of a bank's file, matched to remittances
place_deposit.py      what a deposit is: the remittances that it pays, or something else
book_visits.py        visits from an appointment book; one that is not billed
close_day.py          the desk's day: its sheet, and its close with what was counted
import_payments.py    patients' payments of a lockbox or a card terminal
print_month.py        the package of a month as PDF and workbook
import_opening.py     the open receivables of an older system
agree_prices.py       fee schedules of payers: import, replace, end, withdraw
work_acts.py          assign, note, snooze, resolve, accept, write off pieces of work
prove_filing.py       proof of a claim's timely filing
appeal_work.py        appeal a piece of work: the letter, its level, its days
patient_money.py      what a guarantor pays, spread by rule; a payment that was none
name_guarantor.py     an adult answers for a child's bills, by a person's decision
payment_plans.py      a guarantor pays month by month; the plan is over
give_collections.py   what a collection agency is given, and taken back
small_balances.py     what is too little to ask for, written off by rule
draw_coding_audit.py  the sample of a coding audit, with the frame that it was drawn from
review_coding.py      what a reviewer says of lines of a coding audit
print_coding_audit.py its review sheet and its report
look_at_conditions.py condition categories of patients with their evidence; each look is noted
estimates.py          good-faith estimates: made, given, withdrawn; a bill above one accepted
statements.py         patients' statements: made, void, their file, what holds them
"""
