"""The fault matrix: what can go wrong, how it is handled, and the tests that provoke it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: where it occurs, what it is, how it is handled. `tests` are `path under tests/::name`."""

    where: str
    fault: str
    done: str
    tests: tuple[str, ...]


CONNECTIONS = "faults/test_connections.py::"
BROKE_OFF = CONNECTIONS + "test_after_a_run_that_broke_off_the_next_finishes_it_and_nothing_is_sent_twice"
RECOVERED = CONNECTIONS + "test_a_fault_of_one_upload_is_recovered_in_the_same_run"
LASTING = CONNECTIONS + "test_a_fault_of_every_upload_holds_the_batch_until_a_person_releases_it"
ANSWERS = "faults/test_answers_that_fail.py::"
ONCE = ANSWERS + "test_an_answer_that_comes_late_twice_renamed_or_slowly_is_taken_once"
ASIDE = ANSWERS + "test_an_answer_cut_short_or_damaged_is_quarantined_and_the_others_go_on"
HOSTILE = ANSWERS + "test_hostile_names_and_an_endless_file_are_refused_and_the_good_answers_are_taken"
OVERDUE = ANSWERS + "test_an_acknowledgment_that_never_comes_is_overdue_and_nothing_is_resent"
KILLED = "faults/test_kills.py::test_after_a_kill_the_next_run_goes_on_with_the_same_number"
KILLED_IN_FILE = "faults/test_kills.py::test_a_kill_in_the_middle_of_a_file_leaves_nothing_half_done"
KILLED_POSTING = "faults/test_kills.py::test_a_kill_while_the_money_comes_in_posts_it_once_and_whole"
OPENSSH = "faults/test_openssh.py::"
RESENT = "intake/test_hl7v2_resent.py::"
DOUBTFUL = "intake/test_doubtful_charges.py::"
PICK_UP = "tasks/steps/test_pick_up.py::"
INBOX = "tasks/inbox/test_files.py::"
ONE = "tasks/test_chunks.py::"
WALK = "flows/test_walk.py::"
MACHINE = "faults/test_disk_and_database.py::"
PREFECT = "faults/test_prefect.py::"
SERVING = "flows/test_serving.py::"
AT_WORK = "flows/test_serving_at_work.py::"
NOT_SCHEDULED = "flows/test_not_scheduled.py::"
SERVE = "console/test_serve.py::"
HOURS = "flows/test_sending_hours.py::"
DUE = "tasks/runs/test_schedule.py::"
SEND = "tasks/steps/test_send.py::"
PARTNER = "tasks/test_answers.py::"
VANISHES = "tasks/test_nothing_vanishes.py::"
RETRY = "tasks/operations/test_retry_quarantined.py::"
REMOTE = "tasks/steps/test_collect.py::"
BORDERS = "fuzz/test_borders.py::"
ACKNOWLEDGE = "ledger/sending/test_acknowledge.py::"

CHECKED = "tasks/batches/test_check.py::"
MENDED_FILES = "tasks/answers/test_settle_replaced.py::"
ALERTS = "ledger/runs/test_alerts.py::"
BREAK_OFF = "ledger/test_break_off.py::"
IDENTITY = "tasks/operations/test_accept_ledger.py::"
TRAIL = "tasks/home/test_audit_trail.py::"
WRITTEN = "ledger/trail/test_written.py::"
ARCHIVE = "tasks/steps/test_archive.py::"
RESTORE = "tasks/operations/test_backup.py::"

ROWS = (
    Row(
        "Opening",
        "a mistyped home, or its disk is not mounted",
        "refused with `CFG-08`; nothing is created: only `cleanclaim init` and `demo` create a home",
        (
            "console/test_home_is_made.py::"
            "test_a_path_that_is_no_home_is_said_so_with_the_remedy_and_nothing_is_made",
            "console/test_home_is_made.py::test_a_disk_that_is_not_mounted_is_no_new_installation",
        ),
    ),
    Row(
        "Building",
        "killed before or after the commit of a batch",
        "either the batch does not exist and its claims are ready, or all of it exists",
        (KILLED, BREAK_OFF + "test_storing_a_batch_is_all_or_nothing"),
    ),
    Row(
        "Building",
        "the database's disk is full",
        "rolled back; the run fails with `LED-11`; the claims are still ready, and the next run sends them",
        (MACHINE + "test_a_full_disk_while_a_batch_is_built_rolls_back_and_is_reported",),
    ),
    Row(
        "Building",
        "a claim that `edi check` refuses, or that cannot be written at all",
        "every file is checked completely before it is stored; the claim is held with its finding, place "
        "and remedy (`X12-...`, `LEN-01`) and the others are sent; once corrected, it is sent by the next "
        "run",
        (
            CHECKED + "test_a_claim_that_the_checker_refuses_is_held_with_its_finding_and_the_others_go",
            CHECKED + "test_a_held_claim_goes_once_it_is_corrected",
            CHECKED + "test_a_fault_on_a_line_is_reported_with_its_line",
            "tasks/steps/test_write_batches.py::test_what_cannot_be_written_is_held_and_the_others_go",
            "tasks/test_nothing_refused.py::test_odd_contents_are_held_with_a_finding_or_taken",
        ),
    ),
    Row(
        "Building",
        "a value in a practice's or payer's file that no claim may contain",
        "its claims are held with a finding that names file and key; the others are sent",
        (
            CHECKED + "test_a_fault_of_a_practices_file_is_named_and_holds_its_claims_alone",
            CHECKED + "test_a_partners_value_that_cannot_be_written_is_named",
        ),
    ),
    Row(
        "Building",
        "a claim on which the writer or the checker itself fails",
        "it is held, with the place in the program that failed; the others of its batch are sent",
        (
            "tasks/steps/test_write_batches.py::test_a_claim_on_which_the_writer_itself_fails_costs_itself_alone",
        ),
    ),
    Row(
        "Building",
        "an accent in a name or address of a partner's file",
        "it is sent without the accent, like a patient's",
        (
            "tasks/steps/test_write_batches.py::test_names_and_addresses_of_partners_files_go_without_their_accents",
        ),
    ),
    Row(
        "Building",
        "a value in a clearinghouse's file (submitter, receiver, ids) that no file may contain",
        "nothing is written; the run fails with `BAT-06`, which names file and key; the claims stay ready",
        (CHECKED + "test_a_fault_of_the_clearinghouses_file_holds_no_claim_and_names_file_and_key",),
    ),
    Row(
        "Connecting",
        "no route, login refused, another host key",
        "the run fails with the reason; a refusal is not retried, a broken connection at most twice",
        (
            BROKE_OFF,
            OPENSSH + "test_a_refused_login_and_another_host_key_stop_the_night_and_nothing_goes_out",
            "flows/test_nightly.py::test_an_outage_fails_the_run_with_a_clear_message_and_the_next_run_finishes_it",
            "flows/test_refusals.py::test_a_refusal_is_met_once_a_step_and_not_stormed",
        ),
    ),
    Row(
        "Connecting",
        "production bytes to a test partner, or from a demo home to anywhere else",
        "refused before connecting: ISA15 and `usage` must agree, and a demo can reach loopback only",
        (
            SEND + "test_test_bytes_never_go_to_a_production_partner",
            "transport/test_guards.py::test_test_and_production_are_never_mixed",
            "transport/test_guards.py::test_a_demo_home_reaches_loopback_only_and_does_not_even_try",
        ),
    ),
    Row(
        "Uploading",
        "killed, the connection cut, the partner silent",
        "the batch is still `built`, and the same bytes are uploaded again",
        (
            KILLED_IN_FILE,
            BROKE_OFF,
            OPENSSH + "test_after_a_cut_connection_the_next_run_finishes",
            OPENSSH + "test_after_a_silent_connection_the_next_run_finishes",
        ),
    ),
    Row(
        "Uploading",
        "the partner's disk full, a write lost in the middle, an error on close, a write that falsely "
        "succeeds",
        "the file that is read back differs: it is uploaded again, and held for a person after three "
        "attempts",
        (RECOVERED, LASTING, OPENSSH + "test_a_full_disk_holds_the_batch_until_there_is_room"),
    ),
    Row(
        "Uploading",
        "any of these at a partner that forbids temporary names",
        "one attempt; if it fails, or reads back differently, a person decides",
        (
            CONNECTIONS + "test_a_partner_without_temporary_names_gets_one_attempt_and_a_person_decides",
            CONNECTIONS + "test_where_no_temporary_name_is_allowed_a_false_success_is_found_by_reading_back",
            SEND + "test_a_partner_without_temporary_names_gets_one_attempt",
        ),
    ),
    Row(
        "Submitting",
        "killed after the file was verified, or after `uploaded`",
        "continues from there, with the same ISA13",
        (KILLED, SEND + "test_a_temporary_file_swept_before_the_intent_is_uploaded_again"),
    ),
    Row(
        "Submitting",
        "killed after the intent, before the rename",
        "the temporary file exists: it is renamed",
        (KILLED, SEND + "test_after_the_intent_the_temporary_file_is_the_witness_and_is_renamed"),
    ),
    Row(
        "Submitting",
        "killed, or the reply lost, after the rename; the file removed by the partner at once",
        "the temporary file is gone: it was sent, and is never sent again",
        (
            KILLED,
            BROKE_OFF,
            OPENSSH + "test_a_file_swept_at_once_was_sent",
            SEND + "test_after_the_intent_without_the_temporary_file_nothing_is_sent_again",
        ),
    ),
    Row(
        "Submitting",
        "another file has the final name",
        "held for a person; nothing is replaced",
        (
            SEND + "test_another_file_of_the_final_name_holds_the_batch",
            OPENSSH + "test_another_file_of_the_final_name_holds_the_batch",
        ),
    ),
    Row(
        "Opening",
        "an inbox that is the home or holds its keys, or a marker's ending that encounters' files have",
        "a settings error with file, key and remedy (`CFG-04`): nothing of the home is read as an encounter, "
        "and no encounter as a marker",
        ("config/test_settings.py::test_a_wrong_file_says_which_file_key_and_remedy",),
    ),
    Row(
        "Opening",
        "what a command writes goes to a full disk, a folder, a device or a pipe",
        "`CMD-04` or `CMD-05` with the reason; a device or pipe takes the bytes and is never replaced",
        (
            "console/test_groups.py::test_a_file_or_an_output_that_fails_is_said_with_its_reason",
            "console/test_commands.py::"
            "test_an_output_that_is_a_pipe_or_a_device_is_written_to_and_never_replaced",
        ),
    ),
    Row(
        "The run",
        "one by hand for a mistyped business date: of another century, or one that has not come",
        "refused with `RUN-03`; nothing is dated by it, and nothing is called overdue",
        (
            "console/test_commands.py::"
            "test_a_run_for_a_business_date_that_no_interchange_can_carry_does_nothing",
            "console/test_commands.py::test_a_home_that_is_no_demo_has_no_run_for_a_date_to_come",
        ),
    ),
    Row(
        "The run",
        "two nightly runs, or one by hand at the same time",
        "the second exits and says so; a run that was overtaken writes nothing",
        (
            "flows/test_nightly.py::test_the_second_of_two_runs_leaves_with_a_clear_message",
            "ledger/sending/test_batches.py::test_a_second_run_leaves",
            "ledger/sending/test_batches.py::test_a_run_that_was_overtaken_writes_nothing",
        ),
    ),
    Row(
        "The run",
        "the database stays locked",
        "waits for half a minute, then fails with `LED-04`; the next run does what was left",
        (
            MACHINE + "test_a_locked_database_is_awaited_for_a_time_and_then_reported",
            MACHINE + "test_a_lock_in_the_middle_of_a_night_fails_the_step_and_the_next_run_does_it",
        ),
    ),
    Row(
        "The run",
        "the clock jumps; a run while summer time ends",
        "numbers come from a counter and dates are passed down: no id and no state depends on the clock",
        (
            MACHINE + "test_nights_out_of_order_give_numbers_in_order_and_change_no_state",
            MACHINE + "test_a_lease_of_a_run_that_is_gone_is_taken_whatever_the_clock_says",
        ),
    ),
    Row(
        "The run",
        "loss of power",
        "the ledger is as after one of its commits (SQLite: WAL and FULL; PostgreSQL: its own durability)",
        (
            MACHINE + "test_after_a_loss_of_power_the_ledger_is_as_it_was_after_one_of_its_commits",
            MACHINE + "test_a_postgresql_ledger_leaves_the_servers_own_durability_as_it_is",
        ),
    ),
    Row(
        "The run",
        "a step cannot list its work, an artifact is refused, the run cannot be closed",
        "recorded like a failed piece; the other steps continue, and the run is closed as failed (a refused"
        " artifact fails nothing else)",
        (
            WALK + "test_a_step_that_cannot_list_its_work_fails_alone_and_the_next_run_goes_on",
            WALK + "test_an_artifact_that_prefect_refuses_costs_nothing_but_itself",
            WALK + "test_a_run_whose_close_fails_is_closed_as_failed",
        ),
    ),
    Row(
        "The run",
        "interrupted, cancelled, killed",
        "closed as failed with `NIT-03`, by the run itself or by the next run, which continues its work",
        (
            WALK + "test_an_interrupt_closes_the_run_as_failed_and_the_next_one_continues",
            "ledger/runs/test_nights.py::test_a_night_that_was_killed_is_closed_as_failed_by_the_next_opening",
        ),
    ),
    Row(
        "The run",
        "Prefect's server is down, or killed during a run",
        "the run fails with `RUN-02`; only the ledger decides, and the next run finishes the work",
        (
            PREFECT + "test_without_a_prefect_server_nothing_changes_and_the_reason_is_reported",
            PREFECT + "test_a_prefect_server_that_dies_in_the_middle_of_a_night_costs_nothing",
        ),
    ),
    Row(
        "The schedule",
        "versions of Prefect and SQLAlchemy with which nothing is ever scheduled",
        "`serve` does not start and `doctor` fails, with `SRV-03` and both versions",
        (
            SERVE + "test_serve_and_doctor_refuse_a_pair_that_does_not_fit",
            SERVING + "test_two_scheduled_runs_start_in_time_and_the_second_takes_what_came_between_them",
        ),
    ),
    Row(
        "The schedule",
        "Prefect's server schedules nothing",
        "an alert `SRV-06`, a log entry, and `serve` exits with code 1; the missed run is `SRV-04`",
        (NOT_SCHEDULED + "test_a_server_that_schedules_nothing_is_reported_and_serve_ends_with_a_failure",),
    ),
    Row(
        "The schedule",
        "a due run did not start: `serve` is not running, the machine was off",
        "an alert `SRV-04`, exit code 1 of `status` and `doctor`, from the ledger alone, until a run starts",
        (
            DUE + "test_a_night_is_missing_once_the_grace_is_over_and_not_before",
            DUE + "test_the_first_that_is_missing_is_reported_once_and_settled_by_the_next_run",
            SERVE + "test_status_and_doctor_report_a_run_that_did_not_start_while_nobody_serves",
        ),
    ),
    Row(
        "The schedule",
        "`serve` starts after a nightly run was due",
        "that run is started once, and works for the day it starts on where it is more than half a day late",
        (HOURS + "test_a_night_that_was_missed_while_nothing_served_is_caught_up_once",),
    ),
    Row(
        "The schedule",
        "a run comes after a partner's cut-off, or on a day on which it takes no files",
        "what is for it waits for its next opening, with the reason on *Last night* and in `status`",
        (HOURS + "test_what_is_ready_after_the_cut_off_waits_for_the_next_opening_with_its_reason",),
    ),
    Row(
        "The schedule",
        "a person paused it in Prefect's UI",
        "reported as paused (`SRV-05`), and still paused after a restart; nothing is due meanwhile",
        (
            SERVING + "test_a_paused_deployment_is_reported_as_such_and_continues_when_it_is_resumed",
            DUE + "test_what_was_due_while_a_person_had_it_paused_is_not_asked_for",
        ),
    ),
    Row(
        "The schedule",
        "the machine was asleep for several nights",
        "the first late run does all the work, the others end as `AlreadyDone`; a run that starts past "
        "midnight keeps the business date it was scheduled for, one that starts half a day late gets the "
        "day on which it starts",
        (
            SERVING + "test_several_late_runs_do_the_work_of_one_business_date_once",
            DUE + "test_a_late_run_makes_up_for_all_that_were_due_before_it_began",
            "flows/test_this_run.py::test_a_run_that_starts_past_midnight_still_works_for_the_date_it_was_scheduled_for",
        ),
    ),
    Row(
        "The schedule",
        "Prefect's server stopped and started, or its database deleted",
        "`serve` says that it waits (`SRV-07`), registers again and continues; nothing is sent twice",
        (
            SERVING + "test_a_server_that_was_away_is_waited_for_and_runs_continue",
            SERVING + "test_a_server_whose_database_was_deleted_gets_the_schedule_again",
        ),
    ),
    Row(
        "The schedule",
        "two at once; a run cancelled in Prefect's UI; `serve` stopped or killed during a run",
        "the second waits for its turn, a second `serve` exits (`SRV-02`); the next run finishes the rest",
        (
            AT_WORK + "test_two_never_run_at_once_and_a_cancelled_run_is_finished_by_the_next",
            AT_WORK + "test_a_serve_that_is_stopped_during_a_run_continues_when_it_is_started_again",
            SERVING + "test_a_second_serve_on_the_same_home_says_so_and_leaves",
        ),
    ),
    Row(
        "The schedule",
        "answers are fetched in the morning, or that fails, on a day whose nightly run has not started",
        "it does not count as a nightly run: none is shown as done, and a missed one stays missed; a "
        "failure is an alert",
        (
            "tasks/runs/test_schedule.py::test_the_mornings_answers_are_no_night_and_leave_the_evenings_one_missing",
            "tasks/runs/test_schedule.py::test_a_part_that_breaks_off_is_reported_and_opens_no_night",
        ),
    ),
    Row(
        "The schedule",
        "a run is due while a person reruns a batch, or another run is working",
        "it waits up to half an hour for that to end; a person's own run is refused at once",
        (
            "tasks/runs/test_schedule.py"
            "::test_a_scheduled_run_waits_for_the_one_at_work_and_a_persons_leaves_at_once",
        ),
    ),
    Row(
        "The schedule",
        "another program uses the port of Prefect's UI",
        "`serve` does not start (`SRV-01`), and never mistakes another home's server for its own",
        (SERVING + "test_a_port_that_another_program_holds_is_reported_and_never_taken_for_ours",),
    ),
    Row(
        "The schedule",
        "an impossible cron, or one that never comes, an unknown time zone, a day on which the clocks change",
        "refused with file and key, also by `doctor`; an hour that is skipped schedules nothing, one that "
        "is repeated schedules one run",
        (
            "config/test_schedule.py::test_a_cron_that_can_not_be_is_a_settings_error_with_file_and_key",
            "config/test_schedule.py::test_a_zone_that_is_not_known_is_a_settings_error",
            "config/test_schedule.py::test_an_hour_that_is_skipped_asks_for_nothing_and_one_that_comes_twice_asks_once",
            SERVE + "test_an_impossible_cron_is_reported_by_doctor_with_file_and_key",
        ),
    ),
    Row(
        "The inbox",
        "fewer files than the practice's manifest counts",
        "an alert, until the rest arrives",
        (PICK_UP + "test_a_manifest_that_counts_more_than_came_is_an_alert_until_the_rest_comes",),
    ),
    Row(
        "The inbox",
        "a file that is still being written, or was cut",
        "read once it has stopped changing, or when its marker exists; until then an alert (`INB-MOVING`, "
        "`INB-MARKER`, `INB-PART`); a truncated file is quarantined, or held if a charge may be missing "
        "(`SRC-01`)",
        (
            PICK_UP + "test_a_file_that_grows_while_the_inbox_is_looked_at_is_read_when_it_stands_still",
            PICK_UP + "test_with_a_marker_a_file_is_read_when_its_marker_lies_beside_it",
            PICK_UP + "test_a_copy_that_broke_off_under_its_temporary_name_is_an_alert_until_it_is_gone",
            "intake/test_cut_files.py::test_a_file_cut_anywhere_never_bills_less_unseen",
        ),
    ),
    Row(
        "The inbox",
        "a file cut between two records, which cannot be detected, and then the whole file",
        "what was missing is taken; a visit that changed is held for a person (`SRC-02`), or is a late "
        "encounter if its claim was sent (`INB-VERSION`)",
        (
            "intake/test_cut_files.py::test_what_a_cut_between_records_leaves_out_comes_with_the_whole_file",
            "intake/test_cut_files.py::test_what_was_sent_of_a_cut_file_is_late_and_told_when_the_whole_file_comes",
            PICK_UP + "test_the_longer_file_after_a_cut_between_rows_is_held_for_a_person_who_lets_it_pass",
            "ledger/encounters/test_inbox.py::"
            "test_the_same_version_with_other_content_of_a_claim_that_is_out_waits_and_is_reported",
        ),
    ),
    Row(
        "The inbox",
        "a document in one practice's folder that names another",
        "not taken, an alert (`INB-PRACTICE`); taken once it was moved, or its folder is declared shared",
        (
            PICK_UP
            + "test_a_document_that_names_another_practice_than_its_folder_is_reported_and_replaces_nothing",
            PICK_UP + "test_a_shared_folder_goes_by_the_name_the_facility_and_the_provider",
        ),
    ),
    Row(
        "The inbox",
        "a document in a shared folder whose name, facility and providers point to several practices, or "
        "that names nobody known",
        "held (`PRA-01`) with what points where: it is given to none",
        (
            PICK_UP
            + "test_a_document_in_a_shared_folder_that_points_to_two_practices_is_held_until_they_agree",
            PICK_UP + "test_a_contradiction_ends_where_the_provider_is_listed_with_both_practices",
            PICK_UP + "test_a_shared_folder_goes_by_the_name_the_facility_and_the_provider",
        ),
    ),
    Row(
        "The inbox",
        "one encounter number in two practices, or of two patients in C-CDA documents",
        "two encounters; a corrected patient is recognized and held (`SRC-02`), a likely one, and the same "
        "patient in another practice, is held (`SRC-03`)",
        (
            "tasks/test_another_claim.py::"
            "test_a_visit_that_comes_again_for_another_practice_is_held_until_the_first_claim_is_taken_back",
            "ledger/encounters/test_inbox.py::test_the_same_source_and_number_in_two_practices_are_two_encounters",
            PICK_UP + "test_two_patients_under_one_encounter_id_of_a_ccda_are_two_encounters",
            PICK_UP + "test_a_ccda_that_comes_again_with_a_corrected_patient_is_one_visit_that_a_person_sees",
        ),
    ),
    Row(
        "The inbox",
        "a repeated HL7 transaction with other content, a credit that may mean several charges or none",
        "billed once and held (`SRC-01`)",
        (
            "intake/test_doubtful_charges.py::"
            "test_a_transaction_that_comes_again_with_another_code_is_billed_once_and_looked_at",
            "intake/test_doubtful_charges.py::test_a_credit_that_finds_no_charge_holds_what_its_visit_bills",
        ),
    ),
    Row(
        "The inbox",
        "HL7 messages sent again without a transaction id of their own (none, or the set id)",
        "billed once if everything is the same; another visit code is held (`SRC-01`), other codes are "
        "reported (`INT-13`)",
        (
            RESENT + "test_a_message_that_comes_again_without_transactions_is_billed_once_and_reported",
            RESENT
            + "test_a_visit_code_that_comes_again_at_another_level_is_held_where_no_transaction_says_which",
            RESENT + "test_charges_that_each_come_in_a_message_without_transactions_are_billed_and_reported",
            RESENT + "test_two_visits_whose_transaction_is_their_set_id_are_both_billed",
        ),
    ),
    Row(
        "The inbox",
        "an HL7 modifier in a later component than its place, beside another or in the code's field",
        "reported, and held where it is a charge's (`SRC-01`)",
        (
            DOUBTFUL + "test_a_modifier_in_a_later_component_is_reported_and_held",
            DOUBTFUL + "test_a_modifier_beside_the_code_is_reported_and_held",
            RESENT + "test_a_modifier_in_a_later_component_of_a_procedure_is_reported",
        ),
    ),
    Row(
        "The inbox",
        "a document that its source marks as a test (MSH-11 D or T, FHIR HTEST, `test`), in production",
        "held (`SRC-04`); in a trial, where claims are test claims, it is billed as any other",
        (
            "tasks/claims/test_source_findings.py::"
            "test_a_test_is_held_where_its_claim_would_be_a_production_claim_and_a_person_may_let_it_pass",
            DOUBTFUL + "test_a_message_of_a_training_or_debugging_system_is_a_test",
            "intake/test_fhir.py::test_an_encounter_is_a_test_where_a_resource_of_it_is_labelled_so",
        ),
    ),
    Row(
        "The inbox",
        "several diagnoses marked as principal in a FHIR claim",
        "they come first in their order, and the visit is held (`SRC-01`)",
        (DOUBTFUL + "test_several_principal_diagnoses_keep_their_order_and_are_looked_at",),
    ),
    Row(
        "The inbox",
        "a CSV row that stands twice, the same in every column: an export joined to itself",
        "reported by its row (`INT-13`) and held (`SRC-01`), unless a modifier marks the repeat",
        (
            "intake/test_csv_encounters.py::test_a_row_that_stands_twice_is_reported_and_held",
            "intake/test_csv_encounters.py::test_of_a_file_that_was_joined_to_itself_every_encounter_is_held",
        ),
    ),
    Row(
        "The inbox",
        "an HL7 extended amount that is not its unit amount times its quantity",
        "it is billed as given, reported, and held (`SRC-01`)",
        (
            DOUBTFUL + "test_an_extended_amount_that_is_not_its_unit_amount_times_its_quantity_is_"
            "reported_and_held",
        ),
    ),
    Row(
        "The inbox",
        "a FHIR claim, charge, procedure or condition that names another patient than its encounter",
        "the visit is held (`SRC-01`)",
        ("intake/test_fhir.py::test_what_names_an_encounter_and_another_patient_holds_it",),
    ),
    Row(
        "The inbox",
        "an operative note (C-CDA) without an encounter, which says what was done in its header alone",
        "its service event is the visit; a procedure in billing codes is billed, another waits for a coder "
        "(`COD-01`)",
        (
            "intake/test_ccda_oddities.py::"
            "test_the_header_of_an_operative_note_is_its_visit_and_what_it_names_is_for_a_coder",
        ),
    ),
    Row(
        "The inbox",
        "a FHIR service in two claims with other charges",
        "billed once and held (`SRC-01`)",
        (
            "intake/test_doubtful_charges.py::"
            "test_a_service_of_two_claims_is_billed_once_and_looked_at_where_they_differ",
        ),
    ),
    Row(
        "The inbox",
        "a document of a practice that is not known yet",
        "held (`PRA-01`); it continues once the practice is known, whether or not its file is still in the "
        "inbox",
        (
            PICK_UP + "test_what_waits_for_its_practice_goes_on_once_the_practice_is_known",
            PICK_UP + "test_a_folder_that_is_declared_shared_later_gives_its_encounters_their_practice",
            PICK_UP + "test_what_was_cut_while_its_practice_was_not_known_is_still_in_doubt_when_it_is",
        ),
    ),
    Row(
        "The inbox",
        "a file name that is not UTF-8 or contains control characters, a folder with such a name",
        "only that file is quarantined, its name escaped (`INB-NAME`); read once it is renamed",
        (
            INBOX + "test_a_name_that_is_no_text_is_refused_alone_and_shown_escaped",
            PICK_UP + "test_a_name_that_is_not_utf_8_is_quarantined_by_itself_and_read_once_it_was_renamed",
        ),
    ),
    Row(
        "The inbox",
        "links and their loops, pipes, a folder that cannot be listed, a file that disappears while it is "
        "read",
        "quarantined (`INB-LINK`), an alert while it lasts (`INB-FOLDER`), left for the next run",
        (
            INBOX + "test_links_loops_pipes_and_folders_with_the_ending_of_a_file_cost_only_themselves",
            INBOX + "test_what_became_a_pipe_since_it_was_listed_is_not_waited_for",
            PICK_UP + "test_a_folder_that_cannot_be_listed_is_an_alert_until_it_can",
        ),
    ),
    Row(
        "The inbox",
        "damaged and hostile files of every format",
        "each is read or quarantined by what it is; every other claim is sent to the partner",
        (
            "fuzz/test_inbox.py::test_bad_files_one_at_a_time_among_good_ones_cost_only_themselves",
            "fuzz/test_readers.py::test_a_damaged_file_is_refused_in_time_and_without_a_patients_data",
        ),
    ),
    Row(
        "The inbox",
        "an amount, count, date or text that X12 or the ledger cannot store (twenty digits, NaN, the year "
        "9999, half a surrogate pair, ten thousand lines)",
        "that encounter is quarantined with its place and reason; the others of its file are taken",
        (
            "intake/test_border.py::test_what_is_out_of_range_costs_its_own_encounter_alone",
            "intake/test_border.py::test_in_every_format_what_is_out_of_range_is_put_aside_with_its_reason_"
            "and_the_others_go_on",
            "tasks/steps/test_pick_up.py::test_a_version_that_no_database_column_holds_is_a_problem_of_its_own",
        ),
    ),
    Row(
        "Building",
        "a step fails on one encounter of a chunk",
        "that encounter is held as `ENC-01`, with no patient data in the finding, and retried each night; "
        "the rest of its chunk continues. Broken machinery fails the chunk and holds nothing",
        (
            ONE + "test_an_encounter_that_a_step_fails_on_is_held_with_a_code_and_its_chunk_goes",
            ONE + "test_a_claim_that_no_column_holds_is_held_while_it_is_built_and_its_chunk_goes",
            ONE + "test_a_claim_that_cannot_be_made_again_for_its_batch_is_held_and_the_others_go",
            ONE + "test_broken_machinery_fails_the_chunk_and_leaves_out_nothing",
        ),
    ),
    Row(
        "Acknowledgments",
        "one never comes",
        "overdue, and reported each night; never resent automatically",
        (
            OVERDUE,
            ANSWERS
            + "test_while_nothing_is_heard_the_batch_is_overdue_night_after_night_and_stays_where_it_is",
        ),
    ),
    Row(
        "Acknowledgments",
        "TA1 R",
        "its claims are ready again under a new ISA13; an error in the partner's setup stops sending to the"
        " partner first",
        (
            ANSWERS + "test_a_refused_interchange_goes_again_under_a_new_number",
            ANSWERS + "test_a_fault_of_the_partnership_stops_the_partner_until_a_person_releases_it",
        ),
    ),
    Row(
        "Acknowledgments",
        "TA1 E",
        "accepted: not sent again",
        (ANSWERS + "test_an_interchange_accepted_with_errors_is_not_sent_again",),
    ),
    Row(
        "Acknowledgments",
        "TA1 R 025, a duplicate",
        "nothing is reopened; the answer to the first copy is awaited",
        (ANSWERS + "test_the_same_interchange_again_is_called_a_duplicate_and_reopens_nothing",),
    ),
    Row(
        "Acknowledgments",
        "a claim missing from its 277CA",
        "a work item of its own, as unanswered",
        (
            ACKNOWLEDGE + "test_a_claim_missing_from_its_277ca_is_found",
            ANSWERS + "test_a_claim_missing_from_its_277ca_waits_in_a_list_of_its_own",
        ),
    ),
    Row(
        "Acknowledgments",
        "999 R, 999 P, a 277CA that rejects some",
        "only the rejected claims become work again",
        (
            ACKNOWLEDGE + "test_a_refused_group_rejects_its_claims_into_a_queue",
            ACKNOWLEDGE + "test_a_set_refused_beside_an_accepted_one_rejects_no_claim_by_guess",
            ACKNOWLEDGE + "test_claims_are_accepted_and_rejected_one_by_one",
            ANSWERS + "test_of_two_claims_the_rejected_one_is_work_and_the_other_is_paid",
        ),
    ),
    Row(
        "Answers",
        "the same one twice, renamed, or nights late",
        "stored once; the second has no effect",
        (ONCE, PARTNER + "test_a_payment_is_posted_and_the_same_file_again_changes_nothing"),
    ),
    Row(
        "Answers",
        "one for a control number that was never sent",
        "quarantined as `ACK-UNKNOWN`",
        (PARTNER + "test_an_acknowledgment_for_a_file_that_was_never_sent_changes_nothing",),
    ),
    Row(
        "Answers",
        "one that still grows, or was cut short",
        "not read while it grows; if it was cut short it is quarantined, and taken when it arrives complete",
        (
            ONCE,
            ASIDE,
            OPENSSH + "test_a_growing_answer_is_left_until_it_is_whole_and_a_truncated_one_is_quarantined",
            PARTNER + "test_a_truncated_file_is_quarantined_and_taken_when_it_comes_whole",
        ),
    ),
    Row(
        "Answers",
        "killed while downloading, storing or posting",
        "all of it or nothing; a second run has the same result",
        (
            KILLED,
            KILLED_IN_FILE,
            KILLED_POSTING,
            BREAK_OFF + "test_posting_a_remittance_is_all_or_nothing",
        ),
    ),
    Row(
        "Answers",
        "removing it at the partner fails after it was stored",
        "the next run recognizes and removes it; if the partner refuses, `RSP-LEFT` reports it, and all "
        "answers are taken nevertheless",
        (
            ANSWERS + "test_an_answer_that_could_not_be_removed_is_known_the_next_night_and_removed_then",
            OPENSSH + "test_where_answers_cannot_be_removed_all_are_taken_once_and_it_is_reported",
        ),
    ),
    Row(
        "Answers",
        "hostile file names, a file of ten gigabytes, one without an end",
        "refused and listed with their names escaped; the good ones are taken",
        (
            HOSTILE,
            OPENSSH + "test_hostile_names_and_a_file_of_ten_gigabytes_are_refused",
            PARTNER + "test_names_from_outside_are_never_joined_to_a_path",
        ),
    ),
    Row(
        "Answers",
        "a transaction set whose version or kind is not supported (an unlisted 835, 999 or 277CA, a 997, a "
        "271), alone or among others",
        "quarantined by name and version; the supported sets are taken, once",
        (
            VANISHES + "test_what_is_not_read_here_is_quarantined_by_name_and_version_and_the_others_go_on",
            VANISHES + "test_of_a_mixed_file_the_sets_that_can_be_read_are_posted_once_and_the_rest_is_named",
            VANISHES + "test_where_gs08_and_st03_name_two_versions_a_known_one_is_read_st03_first",
            VANISHES + "test_harmless_spellings_of_a_version_are_read",
            VANISHES + "test_a_file_of_remittances_and_acknowledgments_is_taken_whole",
        ),
    ),
    Row(
        "Answers",
        "an empty file, blanks, a damaged second interchange, text around an interchange, a compressed file",
        "quarantined with the reason; the complete interchanges of the file are taken",
        (
            VANISHES + "test_what_is_not_read_here_is_quarantined_by_name_and_version_and_the_others_go_on",
            VANISHES + "test_a_ta1_alone_is_taken_and_text_beside_it_is_reported",
        ),
    ),
    Row(
        "Answers",
        "an amount, date, number or name out of range or malformed in an 835, TA1, 999 or 277CA",
        "its transaction set is quarantined (`RMT-FORM`, `ACK-FORM`) with its place; the others continue",
        (
            VANISHES
            + "test_amounts_dates_names_and_numbers_out_of_form_quarantine_only_their_transaction_set",
            VANISHES + "test_acknowledgments_out_of_form_are_quarantined_alone",
            BORDERS + "test_damaged_remittances_cost_only_themselves",
            BORDERS + "test_damaged_acknowledgments_cost_only_themselves",
        ),
    ),
    Row(
        "Answers",
        "a quarantined file",
        "the alert `RSP-ASIDE`, until its interchange arrives complete or a person settles it",
        (VANISHES + "test_the_alert_of_a_damaged_file_settles_when_the_same_interchange_comes_whole",),
    ),
    Row(
        "Answers",
        "a file or remittance quarantined because of a fault here: a bug, an unknown version, a partner's "
        "or practice's file",
        "`quarantine retry` reads it from the stored bytes in one transaction; what was taken before is not"
        " taken twice",
        (
            RETRY + "test_what_failed_by_a_fault_of_ours_is_taken_once_that_is_corrected",
            RETRY + "test_a_file_addressed_to_somebody_else_is_taken_once_the_partners_file_is_right",
            RETRY + "test_of_a_file_taken_in_part_the_rest_is_taken_and_nothing_twice",
            RETRY + "test_a_remittance_of_an_unknown_payee_posts_once_the_practices_file_names_it",
        ),
    ),
    Row(
        "Answers",
        "a name used again, with the same size and time or by a server that gives no time",
        "read again if in doubt; what is known of a file is forgotten once the listing no longer has it",
        (
            REMOTE + "test_a_partner_that_overwrites_one_name_each_day_is_read_each_day",
            REMOTE + "test_the_same_name_size_and_time_with_other_bytes_is_read_and_never_deleted_unread",
            REMOTE + "test_a_server_that_gives_no_time_is_read_again_each_night",
            REMOTE + "test_a_file_is_forgotten_once_it_is_gone_and_the_next_of_its_name_is_read",
        ),
    ),
    Row(
        "Answers",
        "another file takes the name of a stored one before that is deleted",
        "it is read again before it is deleted: only bytes whose hash is stored are deleted",
        (
            REMOTE + "test_a_file_that_took_the_place_of_a_stored_one_is_read_before_anything_is_deleted",
            "transport/test_sites.py::test_a_file_with_other_contents_is_not_removed",
        ),
    ),
    Row(
        "Answers",
        "a listing of more files than memory allows",
        "truncated, with the alert `RSP-CUT`; the files that were read make room for the rest in the next "
        "runs",
        (
            REMOTE
            + "test_a_listing_without_an_end_is_cut_reported_and_gone_through_in_the_course_of_the_nights",
            REMOTE + "test_thousands_of_names_that_are_not_used_fill_neither_memory_nor_queue",
        ),
    ),
    Row(
        "Answers",
        "a file that is listed but cannot be opened, or that ends the connection each time",
        "reported; the others are read, over a new connection if necessary",
        (
            REMOTE + "test_a_file_that_is_listed_but_may_not_be_opened_is_reported_and_the_others_are_read",
            REMOTE + "test_a_file_that_ends_the_connection_every_time_costs_only_itself",
        ),
    ),
    Row(
        "Remittances",
        "a damaged 835",
        "that file is quarantined, the others are posted",
        (ASIDE,),
    ),
    Row(
        "Remittances",
        "out of balance",
        "nothing of it is posted; queued with the difference",
        (
            ANSWERS + "test_a_payment_out_of_balance_is_queued_with_its_difference_and_nothing_is_posted",
            PARTNER + "test_a_line_out_of_balance_is_queued_too",
        ),
    ),
    Row(
        "Remittances",
        "the same payment under a new ISA13",
        "recognized and not posted; the same key with different content is queued",
        (
            ANSWERS + "test_a_payment_under_a_new_interchange_number_is_known_and_not_posted_again",
            "ledger/payments/test_remittances.py::test_the_same_trace_with_other_content_is_queued",
        ),
    ),
    Row(
        "Remittances",
        "an unknown claim",
        "to suspense; the file still balances",
        (
            PARTNER + "test_a_payment_for_a_claim_that_was_never_sent_goes_to_suspense_and_the_file_balances",
            "ledger/payments/test_remittances.py::test_a_claim_that_is_not_ours_goes_to_suspense_and_the_file_still_balances",
        ),
    ),
    Row(
        "Remittances",
        "a reversal",
        "negative entries, linked to the payment that they reverse",
        (
            PARTNER + "test_a_reversal_with_its_correction_leaves_the_correction",
            "ledger/payments/test_remittances.py::test_a_second_reversal_of_a_payment_is_an_exception",
        ),
    ),
    Row(
        "The ledger",
        "rolled back, replaced, deleted, or its journal file lost",
        "its head outside the database does not match: no run starts (`LED-13`) until a person decides with"
        " `cleanclaim ledger accept` or a restore; commands that only read work and report it",
        (
            IDENTITY
            + "test_a_rolled_back_ledger_sends_nothing_until_a_person_decides_and_then_uses_no_number_again",
            IDENTITY + "test_a_deleted_ledger_is_not_begun_anew",
            IDENTITY + "test_a_ledger_swapped_for_another_homes_is_found",
            IDENTITY + "test_a_ledger_without_its_journal_file_is_found",
            IDENTITY + "test_what_only_reads_still_works_in_doubt_and_says_so",
        ),
    ),
    Row(
        "The ledger",
        "its head outside removed, damaged, or another home's",
        "as above; if the person states that nothing was sent since, it continues without stopping partners",
        (
            IDENTITY
            + "test_a_head_that_is_gone_or_is_none_stops_sending_until_a_person_says_that_nothing_was_sent",
        ),
    ),
    Row(
        "The ledger",
        "killed between a commit, or a decision, and the head",
        "the head is some rows behind in the same audit trail: the next opening continues and writes it",
        (
            IDENTITY + "test_a_run_that_died_between_its_commit_and_the_head_goes_on",
            IDENTITY + "test_a_run_that_died_between_a_decision_and_the_head_goes_on",
            IDENTITY + "test_a_restore_killed_before_it_wrote_the_head_is_no_doubt",
        ),
    ),
    Row(
        "The ledger",
        "a copy of the home beside it; the home restored with its head; the machine restored as a whole",
        "a copied home has another marker and sends nothing; a machine restored to an earlier state is "
        "detected by the head in `heads_folder`, off the machine, or by what the partner has: files that it "
        "did not send, or answers to them",
        (
            IDENTITY + "test_a_copy_of_the_home_sends_nothing_and_the_original_goes_on",
            IDENTITY + "test_a_whole_home_restored_from_yesterday_with_its_head_sends_nothing",
            TRAIL + "test_a_machine_restored_as_a_whole_sends_nothing_by_the_head_that_was_shipped",
            TRAIL + "test_a_cloned_machine_sends_nothing_where_the_partner_answers_what_it_never_sent",
            TRAIL
            + "test_a_machine_restored_as_a_whole_sends_nothing_where_the_partner_still_has_what_it_sent",
            TRAIL + "test_what_a_partner_has_of_another_ledger_stops_until_a_person_accepts_this_one",
            TRAIL + "test_of_two_homes_that_were_one_the_first_to_go_on_stops_the_other",
        ),
    ),
    Row(
        "The ledger",
        "an older home copied over the newer one, ledger and head",
        "`LED-13`, because of the newest run's head, which the older home does not have",
        (
            IDENTITY
            + "test_an_older_home_copied_over_the_one_that_went_on_sends_nothing_and_goes_on_by_a_decision",
            IDENTITY + "test_however_many_rows_the_other_way_went_its_heads_are_left_behind",
        ),
    ),
    Row(
        "The ledger",
        "vacuumed, copied completely, moved on its disk, permissions changed",
        "nothing: it is the same ledger",
        (IDENTITY + "test_what_an_operator_may_do_with_the_files_stops_nothing",),
    ),
    Row(
        "The ledger",
        "postings removed, added or changed in the database, in balance; a claim, an alert or a decision "
        "removed",
        "the audit trail covers what each transaction wrote: `audit verify` and each nightly run find it "
        "(`AUD-01`)",
        (
            WRITTEN + "test_a_remittance_removed_with_its_balanced_entries_is_found",
            WRITTEN + "test_a_changed_row_is_found",
            WRITTEN + "test_a_balanced_entry_slipped_in_is_found",
            WRITTEN + "test_a_removed_row_is_found_though_it_moves_no_money",
            TRAIL + "test_each_night_looks_over_the_trail_and_fails_where_money_is_not_what_was_written",
        ),
    ),
    Row(
        "The ledger",
        "a head cannot be copied off the machine",
        "an alert (`AUD-02`); the run does not fail",
        (
            TRAIL + "test_a_head_that_cannot_be_shipped_is_an_alert_and_no_failed_night",
            TRAIL + "test_a_command_gets_the_head_and_one_that_fails_is_an_alert",
        ),
    ),
    Row(
        "The ledger",
        "a payer's file is changed after its answers were posted",
        "the next run settles its claims anew, each chunk whole, and posts what differs in the open month; "
        "an alert (`PAY-ANEW`) says how much",
        (
            "tasks/steps/test_queue_denials.py::"
            "test_what_a_payers_file_says_now_holds_for_what_it_answered_before_and_the_books_close",
            "ledger/books/test_settled_anew.py::"
            "test_killed_between_two_chunks_it_goes_on_and_moves_nothing_twice",
        ),
    ),
    Row(
        "A restore",
        "killed at any point",
        "nothing was restored, and it is run again; or everything was, with partners stopped and batches "
        "held",
        (
            "crash/test_restores.py::"
            "test_a_killed_restore_is_run_again_and_nothing_goes_out_before_a_persons_decision",
            "crash/test_restores.py::test_the_same_with_the_ledger_on_postgresql",
        ),
    ),
    Row(
        "A restore",
        "files and claims were sent after the backup",
        "partners are stopped, batches held, and every number moves past those known to be used, with a "
        "gap; a person records what was sent with `cleanclaim ledger claims-out`",
        (
            RESTORE + "test_what_may_have_gone_since_the_backup_waits_for_a_person",
            "tasks/operations/test_claims_out.py::"
            "test_what_went_out_after_the_backup_is_not_sent_again_and_its_payment_finds_its_claim",
            "tasks/operations/test_claims_out.py::test_a_partners_list_names_the_claims_that_it_has",
        ),
    ),
    Row(
        "A restore",
        "answers and payments arrive for what was sent after the backup",
        "they find the claims that a person recorded as sent; otherwise the money waits in suspense and is "
        "never posted to another patient's claim",
        (
            "tasks/operations/test_claims_out.py::"
            "test_a_remittance_of_before_the_disaster_pays_no_other_patient_and_finds_its_claim",
            "tasks/operations/test_claims_out.py::"
            "test_a_claim_that_a_list_counted_is_accepted_by_the_answer_to_the_file_it_was_in",
        ),
    ),
    Row(
        "A restore",
        "of another home's backup, twice, damaged, without its key",
        "refused; nothing of it is kept",
        (
            "tasks/operations/test_claims_out.py::test_a_backup_of_another_home_is_refused_where_this_one_sent_files",
            RESTORE + "test_a_home_that_has_a_ledger_is_never_overwritten",
            RESTORE + "test_a_damaged_backup_is_refused_and_leaves_nothing",
            RESTORE + "test_a_sealed_backup_shows_nothing_and_needs_its_key",
        ),
    ),
    Row(
        "Archive",
        "killed while old documents are moved out of the database",
        "each document is in the database or in a whole pack; the next run finishes it, and removes what is "
        "there twice",
        (
            ARCHIVE + "test_killed_at_any_point_nothing_is_lost_and_the_next_run_finishes",
            "ledger/maintenance/test_packing.py::"
            "test_a_pack_without_a_row_goes_only_when_all_of_it_is_elsewhere",
        ),
    ),
    Row(
        "Archive",
        "its folder can't be written, or a pack is gone or changed",
        "what can't be moved stays, with an alert `ARC-01`; what is missing is named (`LED-18`), also by "
        "`doctor`, and nothing else is taken for it",
        (
            ARCHIVE + "test_a_folder_that_cannot_be_written_is_an_alert_until_a_run_can",
            ARCHIVE + "test_doctor_says_which_packs_are_missing",
            "ledger/storage/test_packs.py::test_a_pack_that_is_gone_or_changed_is_named",
        ),
    ),
    Row(
        "Queues",
        "a quarantined file whose corrected form comes later, or that is handled on paper",
        "the first leaves its queue when the corrected form arrives, with the evidence; the second when a "
        "person settles it (who, when, why), which can be undone",
        (
            MENDED_FILES + "test_a_corrected_file_of_the_same_name_takes_the_old_one_out_of_the_queue",
            MENDED_FILES + "test_a_partners_file_leaves_the_queue_when_its_right_form_was_taken",
            MENDED_FILES + "test_a_person_settles_what_was_quarantined_and_may_take_it_back",
        ),
    ),
    Row(
        "Queues",
        "a settled alert's cause returns",
        "it is raised again; a lasting cause that a person has settled stays quiet until it has gone and "
        "come back",
        (
            ALERTS + "test_a_cause_that_was_gone_is_reported_again_when_it_returns",
            ALERTS + "test_a_lasting_cause_that_a_person_dealt_with_is_quiet_until_it_was_gone_once",
        ),
    ),
    Row(
        "Queues",
        "a 999 rejects a file for one claim's element",
        "that claim shows the element, the owner and the remedy; the others show that nothing is wrong with"
        " them",
        (MENDED_FILES + "test_a_999_names_the_claim_that_is_at_fault_and_the_others_of_its_file",),
    ),
    Row(
        "Queues",
        "a filter's name is mistyped",
        "refused with the possible names: an empty list means that nothing is waiting",
        ("console/test_lists.py::test_a_name_that_nobody_has_is_refused_with_those_that_there_are",),
    ),
)

OF_KIND = {
    "drop": BROKE_OFF,
    "stall": BROKE_OFF,
    "refuse_login": BROKE_OFF,
    "change_host_key": BROKE_OFF,
    "full_disk": LASTING,
    "lost_write": LASTING,
    "false_success": LASTING,
    "close_error": LASTING,
    "short_reads": RECOVERED,
    "denied": REMOTE + "test_a_file_that_is_listed_but_may_not_be_opened_is_reported_and_the_others_are_read",
    "sweep": RECOVERED,
    "no_answer": OVERDUE,
    "late": ONCE,
    "duplicate": ONCE,
    "renamed": ONCE,
    "reissued": ANSWERS + "test_a_payment_under_a_new_interchange_number_is_known_and_not_posted_again",
    "unbalanced": ANSWERS
    + "test_a_payment_out_of_balance_is_queued_with_its_difference_and_nothing_is_posted",
    "truncated": ASIDE,
    "growing": ONCE,
    "corrupt": ASIDE,
    "hostile_names": HOSTILE,
    "endless": HOSTILE,
}
"""The test that uses each fault of the mock clearinghouse."""
