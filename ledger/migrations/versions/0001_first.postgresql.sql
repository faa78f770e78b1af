-- The ledger's tables. This file is never changed once released: later revisions lead on from here.
CREATE TABLE account (
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (key)
);
CREATE TABLE actor (
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    limit_cents BIGINT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_actor PRIMARY KEY (name)
);
CREATE TABLE alert (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    remedy TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    business_on DATE NOT NULL,
    reopened INTEGER DEFAULT 0 NOT NULL,
    practice TEXT DEFAULT '' NOT NULL,
    payer TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_alert PRIMARY KEY (id),
    CONSTRAINT uq_alert_key UNIQUE (key)
);
CREATE INDEX ix_alert_state ON alert (state);
CREATE TABLE audit (
    id BIGINT NOT NULL,
    recorded_at TEXT NOT NULL,
    business_on DATE,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    key_id TEXT NOT NULL,
    mac TEXT NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE INDEX ix_audit_act ON audit (act);
CREATE INDEX ix_audit_subject ON audit (subject);
CREATE TABLE audit_head (
    name TEXT NOT NULL,
    last BIGINT NOT NULL,
    mac TEXT NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (name)
);
CREATE TABLE contract (
    id BIGSERIAL NOT NULL,
    number BIGINT NOT NULL,
    previous_id BIGINT NOT NULL,
    payer TEXT DEFAULT '' NOT NULL,
    practice TEXT DEFAULT '' NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    rates INTEGER NOT NULL,
    state TEXT NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_contract PRIMARY KEY (id),
    CONSTRAINT uq_contract_previous_id UNIQUE (previous_id)
);
CREATE INDEX ix_contract_number ON contract (number);
CREATE TABLE contract_rate (
    number BIGINT NOT NULL,
    line INTEGER NOT NULL,
    rule TEXT NOT NULL,
    procedure TEXT DEFAULT '' NOT NULL,
    procedure_to TEXT DEFAULT '' NOT NULL,
    modifiers TEXT DEFAULT '' NOT NULL,
    places TEXT DEFAULT '' NOT NULL,
    plan TEXT DEFAULT '' NOT NULL,
    revenue_code TEXT DEFAULT '' NOT NULL,
    drg TEXT DEFAULT '' NOT NULL,
    rate TEXT NOT NULL,
    multiple TEXT DEFAULT '' NOT NULL,
    lesser_of INTEGER DEFAULT 0 NOT NULL,
    time TEXT DEFAULT '' NOT NULL,
    carve_out INTEGER DEFAULT 0 NOT NULL,
    stop_loss TEXT DEFAULT '' NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE,
    CONSTRAINT pk_contract_rate PRIMARY KEY (number, line)
);
CREATE INDEX ix_contract_rate_procedure ON contract_rate (procedure, number);
CREATE TABLE control_number (
    receiver TEXT NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_control_number PRIMARY KEY (receiver)
);
CREATE TABLE deposit (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    practice TEXT NOT NULL,
    payer TEXT DEFAULT '' NOT NULL,
    kind TEXT NOT NULL,
    trace TEXT DEFAULT '' NOT NULL,
    originator TEXT DEFAULT '' NOT NULL,
    deposited_on DATE NOT NULL,
    cents BIGINT NOT NULL,
    open INTEGER DEFAULT 0 NOT NULL,
    file TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_deposit PRIMARY KEY (id),
    CONSTRAINT uq_deposit_key UNIQUE (key)
);
CREATE INDEX ix_deposit_open ON deposit (id, practice, payer, cents) WHERE open = 1;
CREATE INDEX ix_deposit_practice ON deposit (practice, deposited_on);
CREATE TABLE document (
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    size BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    key_id TEXT DEFAULT '' NOT NULL,
    business_on DATE NOT NULL,
    pack TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_document PRIMARY KEY (sha256)
);
CREATE INDEX ix_document_business_on ON document (business_on) WHERE pack = '' AND key_id != 'purged' AND kind IN ('encounter_file', 'claim_file', 'inquiry_file', 'response', 'letter');
CREATE INDEX ix_document_pack ON document (pack) WHERE pack != '';
CREATE TABLE enrolment (
    id BIGSERIAL NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    payer TEXT NOT NULL,
    npi TEXT NOT NULL,
    clearinghouse TEXT DEFAULT '' NOT NULL,
    state TEXT NOT NULL,
    from_on DATE,
    to_on DATE,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_enrolment PRIMARY KEY (id)
);
CREATE INDEX ix_enrolment_number ON enrolment (number);
CREATE TABLE identity (
    name TEXT NOT NULL,
    ledger TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    home TEXT NOT NULL,
    CONSTRAINT pk_identity PRIMARY KEY (name)
);
CREATE TABLE inbox_look (
    id BIGSERIAL NOT NULL,
    business_on DATE NOT NULL,
    files INTEGER DEFAULT 0 NOT NULL,
    read INTEGER DEFAULT 0 NOT NULL,
    quarantined INTEGER DEFAULT 0 NOT NULL,
    duplicates INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_inbox_look PRIMARY KEY (id)
);
CREATE INDEX ix_inbox_look_business_on ON inbox_look (business_on);
CREATE TABLE inbox_new (
    piece INTEGER NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    facts TEXT NOT NULL,
    CONSTRAINT pk_inbox_new PRIMARY KEY (piece, name)
);
CREATE TABLE kept_to (
    name TEXT NOT NULL,
    business_on DATE,
    last BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_kept_to PRIMARY KEY (name)
);
CREATE TABLE lease (
    name TEXT NOT NULL,
    token BIGINT NOT NULL,
    holder TEXT DEFAULT '' NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT pk_lease PRIMARY KEY (name)
);
CREATE TABLE night (
    business_on DATE NOT NULL,
    runs INTEGER DEFAULT 0 NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_night PRIMARY KEY (business_on)
);
CREATE TABLE notice (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_notice PRIMARY KEY (id),
    CONSTRAINT uq_notice_key UNIQUE (key)
);
CREATE TABLE outcome_group (
    reason TEXT NOT NULL,
    payer TEXT NOT NULL,
    part TEXT NOT NULL,
    number INTEGER DEFAULT 0 NOT NULL,
    shares TEXT DEFAULT '' NOT NULL,
    expected TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_outcome_group PRIMARY KEY (reason, payer, part)
);
CREATE TABLE partner_stop (
    clearinghouse TEXT NOT NULL,
    reason TEXT NOT NULL,
    business_on DATE NOT NULL,
    found_at TEXT DEFAULT '' NOT NULL,
    isa13 INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_partner_stop PRIMARY KEY (clearinghouse)
);
CREATE TABLE patient (
    id BIGSERIAL NOT NULL,
    practice TEXT NOT NULL,
    digest TEXT,
    business_on DATE NOT NULL,
    CONSTRAINT pk_patient PRIMARY KEY (id),
    CONSTRAINT uq_patient_digest_practice UNIQUE (digest, practice)
);
CREATE TABLE payment_batch (
    id BIGSERIAL NOT NULL,
    file TEXT NOT NULL,
    kind TEXT NOT NULL,
    payments INTEGER DEFAULT 0 NOT NULL,
    cents BIGINT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_payment_batch PRIMARY KEY (id),
    CONSTRAINT uq_payment_batch_file UNIQUE (file)
);
CREATE TABLE prior_authorization (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    payer TEXT NOT NULL,
    number TEXT NOT NULL,
    member_id TEXT NOT NULL,
    procedures TEXT DEFAULT '' NOT NULL,
    units INTEGER,
    from_on DATE,
    to_on DATE,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_prior_authorization PRIMARY KEY (id)
);
CREATE INDEX ix_prior_authorization_member_id ON prior_authorization (member_id);
CREATE INDEX ix_prior_authorization_number ON prior_authorization (number);
CREATE TABLE queue_change (
    key TEXT NOT NULL,
    tables TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_queue_change PRIMARY KEY (key)
);
CREATE TABLE remote_look (
    clearinghouse TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    sha256 TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_remote_look PRIMARY KEY (clearinghouse, name)
);
CREATE TABLE schedule (
    name TEXT NOT NULL,
    cron TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    due_from_at BIGINT NOT NULL,
    began_at BIGINT DEFAULT 0 NOT NULL,
    seen_at BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_schedule PRIMARY KEY (name)
);
CREATE TABLE sequence (
    name TEXT NOT NULL,
    last BIGINT NOT NULL,
    CONSTRAINT pk_sequence PRIMARY KEY (name)
);
CREATE TABLE settlement (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_settlement PRIMARY KEY (id)
);
CREATE INDEX ix_settlement_kind_number ON settlement (kind, number);
CREATE TABLE sign_in_try (
    key TEXT NOT NULL,
    since_at BIGINT NOT NULL,
    tries INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_sign_in_try PRIMARY KEY (key)
);
CREATE TABLE turn (
    step TEXT NOT NULL,
    token BIGINT NOT NULL,
    begun TEXT DEFAULT '' NOT NULL,
    taken INTEGER DEFAULT 0 NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_turn PRIMARY KEY (step)
);
CREATE TABLE balance (
    business_on DATE NOT NULL,
    practice TEXT NOT NULL,
    payer TEXT NOT NULL,
    account TEXT NOT NULL,
    of_claim INTEGER NOT NULL,
    cents BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    CONSTRAINT pk_balance PRIMARY KEY (business_on, practice, payer, account, of_claim),
    CONSTRAINT fk_balance_account FOREIGN KEY(account) REFERENCES account (key)
);
CREATE TABLE batch (
    id BIGSERIAL NOT NULL,
    kind TEXT DEFAULT '837' NOT NULL,
    clearinghouse TEXT NOT NULL,
    receiver TEXT NOT NULL,
    payer TEXT DEFAULT '' NOT NULL,
    isa13 INTEGER NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    claims INTEGER NOT NULL,
    charge_cents BIGINT NOT NULL,
    state TEXT NOT NULL,
    hold TEXT DEFAULT '' NOT NULL,
    sent_on DATE,
    business_on DATE NOT NULL,
    CONSTRAINT pk_batch PRIMARY KEY (id),
    CONSTRAINT uq_batch_receiver_isa13 UNIQUE (receiver, isa13),
    CONSTRAINT uq_batch_clearinghouse_name UNIQUE (clearinghouse, name),
    CONSTRAINT fk_batch_sha256 FOREIGN KEY(sha256) REFERENCES document (sha256)
);
CREATE INDEX ix_batch_business_on ON batch (business_on);
CREATE INDEX ix_batch_state ON batch (state);
CREATE TABLE claim (
    id BIGSERIAL NOT NULL,
    patient_control_number TEXT NOT NULL,
    version_id BIGINT,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    practice TEXT NOT NULL,
    patient_id BIGINT,
    business_on DATE NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_claim PRIMARY KEY (id),
    CONSTRAINT uq_claim_whose UNIQUE (practice, source, external_id, subject),
    CONSTRAINT uq_claim_patient_control_number UNIQUE (patient_control_number),
    CONSTRAINT fk_claim_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id)
);
CREATE INDEX ix_claim_external_id ON claim (external_id);
CREATE INDEX ix_claim_patient_id ON claim (patient_id);
CREATE INDEX ix_claim_practice ON claim (practice);
CREATE TABLE coding_audit (
    id BIGSERIAL NOT NULL,
    practice TEXT NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE NOT NULL,
    method TEXT NOT NULL,
    strata_by TEXT DEFAULT '' NOT NULL,
    filters TEXT DEFAULT '' NOT NULL,
    seed BIGINT NOT NULL,
    confidence INTEGER DEFAULT 0 NOT NULL,
    width INTEGER DEFAULT 0 NOT NULL,
    expected INTEGER DEFAULT 0 NOT NULL,
    frame_lines INTEGER DEFAULT 0 NOT NULL,
    frame_sha256 TEXT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_coding_audit PRIMARY KEY (id),
    CONSTRAINT uq_coding_audit_frame_sha256 UNIQUE (frame_sha256),
    CONSTRAINT fk_coding_audit_frame_sha256 FOREIGN KEY(frame_sha256) REFERENCES document (sha256)
);
CREATE INDEX ix_coding_audit_practice ON coding_audit (practice);
CREATE TABLE collection (
    id BIGSERIAL NOT NULL,
    practice TEXT NOT NULL,
    claims INTEGER DEFAULT 0 NOT NULL,
    cents BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_collection PRIMARY KEY (id),
    CONSTRAINT fk_collection_sha256 FOREIGN KEY(sha256) REFERENCES document (sha256)
);
CREATE TABLE console_user (
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    roles TEXT NOT NULL,
    practices TEXT NOT NULL,
    disabled INTEGER DEFAULT 0 NOT NULL,
    changes INTEGER DEFAULT 0 NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_console_user PRIMARY KEY (name),
    CONSTRAINT fk_console_user_name FOREIGN KEY(name) REFERENCES actor (name)
);
CREATE TABLE day_close (
    id BIGSERIAL NOT NULL,
    practice TEXT NOT NULL,
    entry_id BIGINT NOT NULL,
    slip TEXT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_day_close PRIMARY KEY (id),
    CONSTRAINT uq_day_close_practice_business_on UNIQUE (practice, business_on),
    CONSTRAINT fk_day_close_slip FOREIGN KEY(slip) REFERENCES document (sha256)
);
CREATE TABLE estimate (
    id BIGSERIAL NOT NULL,
    number BIGINT NOT NULL,
    version INTEGER DEFAULT 0 NOT NULL,
    practice TEXT NOT NULL,
    reference TEXT NOT NULL,
    visit TEXT DEFAULT '' NOT NULL,
    patient_id BIGINT,
    member_id TEXT DEFAULT '' NOT NULL,
    medical_record_number TEXT DEFAULT '' NOT NULL,
    kind TEXT NOT NULL,
    form TEXT NOT NULL,
    scheduled_on DATE,
    requested_on DATE,
    service_on DATE,
    until_on DATE,
    said_sha256 TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_estimate PRIMARY KEY (id),
    CONSTRAINT uq_estimate_number_version UNIQUE (number, version),
    CONSTRAINT fk_estimate_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_estimate_said_sha256 FOREIGN KEY(said_sha256) REFERENCES document (sha256),
    CONSTRAINT fk_estimate_sha256 FOREIGN KEY(sha256) REFERENCES document (sha256)
);
CREATE INDEX ix_estimate_patient_id ON estimate (patient_id);
CREATE INDEX ix_estimate_practice ON estimate (practice);
CREATE TABLE guarantor (
    id BIGSERIAL NOT NULL,
    patient_id BIGINT NOT NULL,
    sha256 TEXT,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_guarantor PRIMARY KEY (id),
    CONSTRAINT fk_guarantor_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_guarantor_sha256 FOREIGN KEY(sha256) REFERENCES document (sha256)
);
CREATE INDEX ix_guarantor_patient_id ON guarantor (patient_id);
CREATE TABLE inbox_file (
    id BIGSERIAL NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    practice TEXT DEFAULT '' NOT NULL,
    format TEXT DEFAULT '' NOT NULL,
    outcome TEXT NOT NULL,
    encounters INTEGER DEFAULT 0 NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_inbox_file PRIMARY KEY (id),
    CONSTRAINT uq_inbox_file_sha256 UNIQUE (sha256),
    CONSTRAINT fk_inbox_file_sha256 FOREIGN KEY(sha256) REFERENCES document (sha256)
);
CREATE INDEX ix_inbox_file_business_on ON inbox_file (business_on);
CREATE TABLE month_close (
    month TEXT NOT NULL,
    entry_id BIGINT NOT NULL,
    package TEXT,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_month_close PRIMARY KEY (month),
    CONSTRAINT fk_month_close_package FOREIGN KEY(package) REFERENCES document (sha256)
);
CREATE TABLE notice_alert (
    id BIGSERIAL NOT NULL,
    notice_id BIGINT NOT NULL,
    alert_id BIGINT NOT NULL,
    reopened INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    CONSTRAINT pk_notice_alert PRIMARY KEY (id),
    CONSTRAINT uq_notice_alert_once UNIQUE (recipient, alert_id, reopened),
    CONSTRAINT fk_notice_alert_notice_id FOREIGN KEY(notice_id) REFERENCES notice (id),
    CONSTRAINT fk_notice_alert_alert_id FOREIGN KEY(alert_id) REFERENCES alert (id)
);
CREATE INDEX ix_notice_alert_alert_id ON notice_alert (alert_id);
CREATE INDEX ix_notice_alert_notice_id ON notice_alert (notice_id);
CREATE TABLE notice_end (
    id BIGSERIAL NOT NULL,
    notice_id BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_notice_end PRIMARY KEY (id),
    CONSTRAINT fk_notice_end_notice_id FOREIGN KEY(notice_id) REFERENCES notice (id)
);
CREATE UNIQUE INDEX ix_notice_end_notice_id ON notice_end (notice_id);
CREATE TABLE repricing (
    contract_id BIGINT NOT NULL,
    payer TEXT DEFAULT '' NOT NULL,
    claim_id BIGINT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_repricing PRIMARY KEY (contract_id),
    CONSTRAINT fk_repricing_contract_id FOREIGN KEY(contract_id) REFERENCES contract (id)
);
CREATE TABLE response (
    id BIGSERIAL NOT NULL,
    clearinghouse TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    sender TEXT DEFAULT '' NOT NULL,
    isa13 TEXT DEFAULT '' NOT NULL,
    kinds TEXT DEFAULT '' NOT NULL,
    state TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_response PRIMARY KEY (id),
    CONSTRAINT uq_response_sha256 UNIQUE (sha256),
    CONSTRAINT fk_response_sha256 FOREIGN KEY(sha256) REFERENCES document (sha256)
);
CREATE INDEX ix_response_business_on ON response (business_on);
CREATE INDEX ix_response_clearinghouse ON response (clearinghouse, business_on);
CREATE INDEX ix_response_state ON response (state);
CREATE UNIQUE INDEX uq_response_interchange ON response (sender, isa13) WHERE isa13 <> '';
CREATE TABLE statement_batch (
    id BIGSERIAL NOT NULL,
    statements INTEGER DEFAULT 0 NOT NULL,
    cents BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_statement_batch PRIMARY KEY (id),
    CONSTRAINT fk_statement_batch_sha256 FOREIGN KEY(sha256) REFERENCES document (sha256)
);
CREATE INDEX ix_statement_batch_business_on ON statement_batch (business_on);
CREATE TABLE batch_event (
    id BIGSERIAL NOT NULL,
    batch_id BIGINT NOT NULL,
    business_on DATE NOT NULL,
    event TEXT NOT NULL,
    detail TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_batch_event PRIMARY KEY (id),
    CONSTRAINT fk_batch_event_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
);
CREATE INDEX ix_batch_event_batch_id ON batch_event (batch_id);
CREATE TABLE claim_waiting (
    claim_id BIGINT NOT NULL,
    payer TEXT NOT NULL,
    practice TEXT NOT NULL,
    cents BIGINT NOT NULL,
    until_on DATE,
    state TEXT NOT NULL,
    CONSTRAINT pk_claim_waiting PRIMARY KEY (claim_id, payer),
    CONSTRAINT fk_claim_waiting_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id)
);
CREATE INDEX ix_claim_waiting_until_on ON claim_waiting (until_on);
CREATE TABLE collection_claim (
    collection_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    cents BIGINT NOT NULL,
    CONSTRAINT pk_collection_claim PRIMARY KEY (collection_id, claim_id),
    CONSTRAINT fk_collection_claim_collection_id FOREIGN KEY(collection_id) REFERENCES collection (id),
    CONSTRAINT fk_collection_claim_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id)
);
CREATE INDEX ix_collection_claim_claim_id ON collection_claim (claim_id);
CREATE TABLE console_session (
    token TEXT NOT NULL,
    name TEXT NOT NULL,
    changes INTEGER DEFAULT 0 NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    waits INTEGER DEFAULT 0 NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    provider_session TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_console_session PRIMARY KEY (token),
    CONSTRAINT fk_console_session_name FOREIGN KEY(name) REFERENCES console_user (name)
);
CREATE INDEX ix_console_session_name ON console_session (name);
CREATE INDEX ix_console_session_provider_session ON console_session (provider_session);
CREATE INDEX ix_console_session_subject ON console_session (subject);
CREATE TABLE day_count (
    id BIGSERIAL NOT NULL,
    day_close_id BIGINT NOT NULL,
    drawer TEXT NOT NULL,
    method TEXT DEFAULT '' NOT NULL,
    payments INTEGER DEFAULT 0 NOT NULL,
    cents BIGINT NOT NULL,
    counted_cents BIGINT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_day_count PRIMARY KEY (id),
    CONSTRAINT uq_day_count_day_close_id_drawer_method UNIQUE (day_close_id, drawer, method),
    CONSTRAINT fk_day_count_day_close_id FOREIGN KEY(day_close_id) REFERENCES day_close (id)
);
CREATE INDEX ix_day_count_day_close_id ON day_count (day_close_id);
CREATE TABLE encounter (
    id BIGSERIAL NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    practice TEXT DEFAULT '' NOT NULL,
    inbox_file_id BIGINT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    business_on DATE NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    content TEXT DEFAULT '' NOT NULL,
    patient TEXT DEFAULT '' NOT NULL,
    doubt TEXT DEFAULT '' NOT NULL,
    payers TEXT DEFAULT '' NOT NULL,
    charge_cents BIGINT DEFAULT 0 NOT NULL,
    service_from_on DATE,
    judged_as TEXT DEFAULT '' NOT NULL,
    judged_on DATE,
    judge_again_on DATE,
    CONSTRAINT pk_encounter PRIMARY KEY (id),
    CONSTRAINT uq_encounter_content UNIQUE (practice, source, external_id, subject, version, content),
    CONSTRAINT fk_encounter_inbox_file_id FOREIGN KEY(inbox_file_id) REFERENCES inbox_file (id)
);
CREATE INDEX ix_encounter_business_on_state ON encounter (business_on, state);
CREATE INDEX ix_encounter_external_id ON encounter (external_id);
CREATE INDEX ix_encounter_held ON encounter (judged_as, judged_on, judge_again_on, patient) WHERE state = 'held';
CREATE INDEX ix_encounter_inbox_file_id ON encounter (inbox_file_id);
CREATE INDEX ix_encounter_patient ON encounter (patient) WHERE patient != '';
CREATE INDEX ix_encounter_state ON encounter (state);
CREATE UNIQUE INDEX uq_encounter_current ON encounter (practice, source, external_id, subject) WHERE state IN ('picked_up', 'held', 'clean', 'claimed');
CREATE TABLE estimate_event (
    id BIGSERIAL NOT NULL,
    estimate_id BIGINT NOT NULL,
    event TEXT NOT NULL,
    given_on DATE,
    how TEXT DEFAULT '' NOT NULL,
    cents BIGINT NOT NULL,
    ends_id BIGINT,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_estimate_event PRIMARY KEY (id),
    CONSTRAINT uq_estimate_event_ends_id UNIQUE (ends_id),
    CONSTRAINT fk_estimate_event_estimate_id FOREIGN KEY(estimate_id) REFERENCES estimate (id),
    CONSTRAINT fk_estimate_event_ends_id FOREIGN KEY(ends_id) REFERENCES estimate_event (id)
);
CREATE INDEX ix_estimate_event_ends_id ON estimate_event (ends_id);
CREATE INDEX ix_estimate_event_estimate_id ON estimate_event (estimate_id);
CREATE TABLE estimate_line (
    estimate_id BIGINT NOT NULL,
    place INTEGER NOT NULL,
    npi TEXT NOT NULL,
    procedure TEXT NOT NULL,
    modifiers TEXT DEFAULT '' NOT NULL,
    units TEXT NOT NULL,
    times INTEGER DEFAULT 0 NOT NULL,
    cents BIGINT NOT NULL,
    CONSTRAINT pk_estimate_line PRIMARY KEY (estimate_id, place),
    CONSTRAINT fk_estimate_line_estimate_id FOREIGN KEY(estimate_id) REFERENCES estimate (id)
);
CREATE TABLE guarantor_mark (
    mark TEXT NOT NULL,
    claim_id BIGINT NOT NULL,
    CONSTRAINT fk_guarantor_mark_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id)
);
CREATE INDEX ix_guarantor_mark_claim_id ON guarantor_mark (claim_id);
CREATE INDEX ix_guarantor_mark_mark_claim_id ON guarantor_mark (mark, claim_id);
CREATE TABLE inbox_seen (
    name TEXT NOT NULL,
    facts TEXT NOT NULL,
    inbox_file_id BIGINT NOT NULL,
    CONSTRAINT pk_inbox_seen PRIMARY KEY (name),
    CONSTRAINT fk_inbox_seen_inbox_file_id FOREIGN KEY(inbox_file_id) REFERENCES inbox_file (id)
);
CREATE TABLE payment_plan (
    id BIGSERIAL NOT NULL,
    claim_id BIGINT NOT NULL,
    practice TEXT NOT NULL,
    cents BIGINT NOT NULL,
    instalments INTEGER DEFAULT 0 NOT NULL,
    first_on DATE NOT NULL,
    entry_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_payment_plan PRIMARY KEY (id),
    CONSTRAINT fk_payment_plan_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id)
);
CREATE INDEX ix_payment_plan_claim_id ON payment_plan (claim_id);
CREATE TABLE problem (
    id BIGSERIAL NOT NULL,
    inbox_file_id BIGINT,
    response_id BIGINT,
    name TEXT DEFAULT '' NOT NULL,
    code TEXT NOT NULL,
    place TEXT DEFAULT '' NOT NULL,
    message TEXT NOT NULL,
    remedy TEXT DEFAULT '' NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_problem PRIMARY KEY (id),
    CONSTRAINT fk_problem_inbox_file_id FOREIGN KEY(inbox_file_id) REFERENCES inbox_file (id),
    CONSTRAINT fk_problem_response_id FOREIGN KEY(response_id) REFERENCES response (id)
);
CREATE INDEX ix_problem_business_on ON problem (business_on);
CREATE INDEX ix_problem_inbox_file_id ON problem (inbox_file_id);
CREATE INDEX ix_problem_response_id ON problem (response_id);
CREATE TABLE recovery_code (
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    used_at BIGINT NOT NULL,
    CONSTRAINT pk_recovery_code PRIMARY KEY (digest),
    CONSTRAINT fk_recovery_code_name FOREIGN KEY(name) REFERENCES console_user (name)
);
CREATE INDEX ix_recovery_code_name ON recovery_code (name);
CREATE TABLE remittance (
    id BIGSERIAL NOT NULL,
    response_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    payer TEXT NOT NULL,
    payee TEXT NOT NULL,
    practice TEXT DEFAULT '' NOT NULL,
    trace TEXT NOT NULL,
    originator TEXT DEFAULT '' NOT NULL,
    paid_cents BIGINT NOT NULL,
    paid_on DATE NOT NULL,
    method TEXT DEFAULT '' NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL,
    difference_cents BIGINT DEFAULT 0 NOT NULL,
    claims INTEGER DEFAULT 0 NOT NULL,
    provider_level_cents BIGINT DEFAULT 0 NOT NULL,
    deposited INTEGER DEFAULT 0 NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_remittance PRIMARY KEY (id),
    CONSTRAINT uq_remittance_key_content UNIQUE (key, content),
    CONSTRAINT fk_remittance_response_id FOREIGN KEY(response_id) REFERENCES response (id)
);
CREATE INDEX ix_remittance_business_on ON remittance (business_on);
CREATE INDEX ix_remittance_not_deposited ON remittance (id, practice, paid_on, payer, paid_cents) WHERE deposited = 0 AND paid_cents > 0;
CREATE INDEX ix_remittance_response_id ON remittance (response_id);
CREATE INDEX ix_remittance_state ON remittance (state);
CREATE INDEX ix_remittance_trace ON remittance (trace);
CREATE UNIQUE INDEX uq_remittance_posted ON remittance (key) WHERE state = 'posted';
CREATE TABLE second_factor (
    name TEXT NOT NULL,
    sealed TEXT DEFAULT '' NOT NULL,
    pending TEXT DEFAULT '' NOT NULL,
    since_on DATE,
    spent_at BIGINT NOT NULL,
    wrong INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_second_factor PRIMARY KEY (name),
    CONSTRAINT fk_second_factor_name FOREIGN KEY(name) REFERENCES console_user (name)
);
CREATE TABLE statement (
    id BIGSERIAL NOT NULL,
    batch_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    practice TEXT NOT NULL,
    cents BIGINT NOT NULL,
    due_on DATE NOT NULL,
    sha256 TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_statement PRIMARY KEY (id),
    CONSTRAINT uq_statement_batch_id_claim_id UNIQUE (batch_id, claim_id),
    CONSTRAINT fk_statement_batch_id FOREIGN KEY(batch_id) REFERENCES statement_batch (id),
    CONSTRAINT fk_statement_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_statement_sha256 FOREIGN KEY(sha256) REFERENCES document (sha256)
);
CREATE INDEX ix_statement_batch_id ON statement (batch_id);
CREATE INDEX ix_statement_claim_id ON statement (claim_id);
CREATE TABLE statement_hold (
    id BIGSERIAL NOT NULL,
    claim_id BIGINT NOT NULL,
    whole INTEGER DEFAULT 0 NOT NULL,
    kind TEXT NOT NULL,
    ends_id BIGINT,
    from_on DATE NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_statement_hold PRIMARY KEY (id),
    CONSTRAINT uq_statement_hold_ends_id UNIQUE (ends_id),
    CONSTRAINT fk_statement_hold_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_statement_hold_ends_id FOREIGN KEY(ends_id) REFERENCES statement_hold (id)
);
CREATE INDEX ix_statement_hold_claim_id ON statement_hold (claim_id);
CREATE INDEX ix_statement_hold_ends_id ON statement_hold (ends_id);
CREATE TABLE work_view (
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    filters TEXT NOT NULL,
    shared INTEGER DEFAULT 0 NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_work_view PRIMARY KEY (owner, name),
    CONSTRAINT fk_work_view_owner FOREIGN KEY(owner) REFERENCES console_user (name)
);
CREATE TABLE claim_version (
    id BIGSERIAL NOT NULL,
    claim_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    encounter_id BIGINT,
    member_id TEXT DEFAULT '' NOT NULL,
    patient_name TEXT DEFAULT '' NOT NULL,
    billing_npi TEXT DEFAULT '' NOT NULL,
    rendering_npi TEXT DEFAULT '' NOT NULL,
    specialty TEXT DEFAULT '' NOT NULL,
    diagnoses TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT 'P' NOT NULL,
    drg TEXT DEFAULT '' NOT NULL,
    predetermination INTEGER DEFAULT 0 NOT NULL,
    service_from_on DATE,
    service_to_on DATE,
    charge_cents BIGINT NOT NULL,
    prepaid_cents BIGINT DEFAULT 0 NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_claim_version PRIMARY KEY (id),
    CONSTRAINT uq_claim_version_claim_id_number UNIQUE (claim_id, number),
    CONSTRAINT fk_claim_version_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_claim_version_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounter (id)
);
CREATE INDEX ix_claim_version_encounter_id ON claim_version (encounter_id);
CREATE INDEX ix_claim_version_member_id ON claim_version (member_id);
CREATE INDEX ix_claim_version_patient_name ON claim_version (patient_name);
CREATE INDEX ix_claim_version_service_from_on ON claim_version (service_from_on);
CREATE TABLE correction (
    id BIGSERIAL NOT NULL,
    claim_id BIGINT NOT NULL,
    encounter_id BIGINT,
    payer_order TEXT NOT NULL,
    payer TEXT NOT NULL,
    method TEXT NOT NULL,
    replaces TEXT DEFAULT '' NOT NULL,
    condition TEXT DEFAULT '' NOT NULL,
    changes TEXT DEFAULT '' NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_correction PRIMARY KEY (id),
    CONSTRAINT fk_correction_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_correction_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounter (id)
);
CREATE INDEX ix_correction_claim_id ON correction (claim_id);
CREATE INDEX ix_correction_encounter_id ON correction (encounter_id);
CREATE TABLE edit_override (
    id BIGSERIAL NOT NULL,
    encounter_id BIGINT NOT NULL,
    edit_id TEXT NOT NULL,
    line INTEGER,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    until_on DATE NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_edit_override PRIMARY KEY (id),
    CONSTRAINT fk_edit_override_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounter (id)
);
CREATE INDEX ix_edit_override_encounter_id ON edit_override (encounter_id);
CREATE TABLE entry (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    remittance_id BIGINT,
    business_on DATE NOT NULL,
    period TEXT NOT NULL,
    CONSTRAINT pk_entry PRIMARY KEY (id),
    CONSTRAINT uq_entry_key UNIQUE (key),
    CONSTRAINT fk_entry_remittance_id FOREIGN KEY(remittance_id) REFERENCES remittance (id)
);
CREATE INDEX ix_entry_business_on ON entry (business_on);
CREATE INDEX ix_entry_remittance_id ON entry (remittance_id);
CREATE TABLE finding (
    id BIGSERIAL NOT NULL,
    encounter_id BIGINT NOT NULL,
    edit_id TEXT NOT NULL,
    severity TEXT NOT NULL,
    line INTEGER,
    place TEXT DEFAULT '' NOT NULL,
    detail TEXT DEFAULT '' NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_finding PRIMARY KEY (id),
    CONSTRAINT fk_finding_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounter (id)
);
CREATE INDEX ix_finding_business_on ON finding (business_on, edit_id);
CREATE INDEX ix_finding_encounter_id ON finding (encounter_id);
CREATE TABLE guarantor_digest (
    claim_id BIGINT NOT NULL,
    encounter_id BIGINT NOT NULL,
    read_as TEXT NOT NULL,
    marks TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_guarantor_digest PRIMARY KEY (claim_id),
    CONSTRAINT fk_guarantor_digest_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_guarantor_digest_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounter (id)
);
CREATE INDEX ix_guarantor_digest_encounter_id ON guarantor_digest (encounter_id);
CREATE TABLE payment_plan_claim (
    plan_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    cents BIGINT NOT NULL,
    CONSTRAINT pk_payment_plan_claim PRIMARY KEY (plan_id, claim_id),
    CONSTRAINT fk_payment_plan_claim_plan_id FOREIGN KEY(plan_id) REFERENCES payment_plan (id),
    CONSTRAINT fk_payment_plan_claim_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id)
);
CREATE INDEX ix_payment_plan_claim_claim_id ON payment_plan_claim (claim_id);
CREATE TABLE payment_plan_end (
    plan_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_payment_plan_end PRIMARY KEY (plan_id),
    CONSTRAINT fk_payment_plan_end_plan_id FOREIGN KEY(plan_id) REFERENCES payment_plan (id)
);
CREATE TABLE provider_adjustment (
    id BIGSERIAL NOT NULL,
    remittance_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    reason TEXT NOT NULL,
    reference TEXT DEFAULT '' NOT NULL,
    fiscal_on DATE,
    cents BIGINT NOT NULL,
    CONSTRAINT pk_provider_adjustment PRIMARY KEY (id),
    CONSTRAINT fk_provider_adjustment_remittance_id FOREIGN KEY(remittance_id) REFERENCES remittance (id)
);
CREATE INDEX ix_provider_adjustment_reference ON provider_adjustment (reference);
CREATE INDEX ix_provider_adjustment_remittance_id ON provider_adjustment (remittance_id);
CREATE TABLE statement_claim (
    statement_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    cents BIGINT NOT NULL,
    CONSTRAINT pk_statement_claim PRIMARY KEY (statement_id, claim_id),
    CONSTRAINT fk_statement_claim_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id),
    CONSTRAINT fk_statement_claim_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id)
);
CREATE INDEX ix_statement_claim_claim_id ON statement_claim (claim_id);
CREATE TABLE statement_hold_claim (
    hold_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    CONSTRAINT pk_statement_hold_claim PRIMARY KEY (hold_id, claim_id),
    CONSTRAINT fk_statement_hold_claim_hold_id FOREIGN KEY(hold_id) REFERENCES statement_hold (id),
    CONSTRAINT fk_statement_hold_claim_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id)
);
CREATE INDEX ix_statement_hold_claim_claim_id ON statement_hold_claim (claim_id);
CREATE TABLE statement_void (
    statement_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_statement_void PRIMARY KEY (statement_id),
    CONSTRAINT fk_statement_void_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id)
);
CREATE TABLE visit (
    id BIGSERIAL NOT NULL,
    practice TEXT NOT NULL,
    number TEXT NOT NULL,
    visit_on DATE NOT NULL,
    member_id TEXT DEFAULT '' NOT NULL,
    medical_record_number TEXT DEFAULT '' NOT NULL,
    provider_npi TEXT DEFAULT '' NOT NULL,
    status TEXT NOT NULL,
    scheduled_on DATE,
    pays TEXT DEFAULT '' NOT NULL,
    state TEXT NOT NULL,
    encounter_id BIGINT,
    matched_by TEXT DEFAULT '' NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_visit PRIMARY KEY (id),
    CONSTRAINT uq_visit_practice_number UNIQUE (practice, number),
    CONSTRAINT uq_visit_encounter_id UNIQUE (encounter_id),
    CONSTRAINT fk_visit_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounter (id)
);
CREATE INDEX ix_visit_state ON visit (state);
CREATE INDEX ix_visit_visit_on ON visit (visit_on);
CREATE TABLE attachment (
    version_id BIGINT NOT NULL,
    place INTEGER NOT NULL,
    report_type TEXT NOT NULL,
    transmission TEXT NOT NULL,
    control_number TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_attachment PRIMARY KEY (version_id, place),
    CONSTRAINT fk_attachment_version_id FOREIGN KEY(version_id) REFERENCES claim_version (id)
);
CREATE TABLE claim_line (
    version_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    control_number TEXT DEFAULT '' NOT NULL,
    procedure TEXT DEFAULT '' NOT NULL,
    modifiers TEXT DEFAULT '' NOT NULL,
    units TEXT DEFAULT '' NOT NULL,
    unit_code TEXT DEFAULT 'UN' NOT NULL,
    charge_cents BIGINT NOT NULL,
    service_from_on DATE,
    place_of_service TEXT DEFAULT '' NOT NULL,
    revenue_code TEXT DEFAULT '' NOT NULL,
    rendering_npi TEXT DEFAULT '' NOT NULL,
    patients INTEGER DEFAULT 0 NOT NULL,
    restricted INTEGER DEFAULT 0 NOT NULL,
    "authorization" TEXT DEFAULT '' NOT NULL,
    referral TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_claim_line PRIMARY KEY (version_id, number),
    CONSTRAINT fk_claim_line_version_id FOREIGN KEY(version_id) REFERENCES claim_version (id)
);
CREATE INDEX ix_claim_line_authorization ON claim_line ("authorization");
CREATE INDEX ix_claim_line_referral ON claim_line (referral);
CREATE TABLE coding_audit_line (
    audit_id BIGINT NOT NULL,
    place INTEGER NOT NULL,
    version_id BIGINT NOT NULL,
    line INTEGER NOT NULL,
    CONSTRAINT pk_coding_audit_line PRIMARY KEY (audit_id, place),
    CONSTRAINT uq_coding_audit_line_audit_id_version_id_line UNIQUE (audit_id, version_id, line),
    CONSTRAINT fk_coding_audit_line_audit_id FOREIGN KEY(audit_id) REFERENCES coding_audit (id),
    CONSTRAINT fk_coding_audit_line_version_id FOREIGN KEY(version_id) REFERENCES claim_version (id)
);
CREATE INDEX ix_coding_audit_line_version_id ON coding_audit_line (version_id);
CREATE TABLE coverage (
    version_id BIGINT NOT NULL,
    place INTEGER NOT NULL,
    payer_order TEXT NOT NULL,
    payer TEXT NOT NULL,
    member_id TEXT DEFAULT '' NOT NULL,
    plan TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_coverage PRIMARY KEY (version_id, place),
    CONSTRAINT fk_coverage_version_id FOREIGN KEY(version_id) REFERENCES claim_version (id)
);
CREATE TABLE credit_event (
    id BIGSERIAL NOT NULL,
    claim_id BIGINT NOT NULL,
    payer TEXT DEFAULT '' NOT NULL,
    entry_id BIGINT NOT NULL,
    turn INTEGER NOT NULL,
    event TEXT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_credit_event PRIMARY KEY (id),
    CONSTRAINT uq_credit_event_claim_id_payer_entry_id_turn UNIQUE (claim_id, payer, entry_id, turn),
    CONSTRAINT fk_credit_event_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_credit_event_entry_id FOREIGN KEY(entry_id) REFERENCES entry (id)
);
CREATE INDEX ix_credit_event_claim_id ON credit_event (claim_id);
CREATE TABLE posting (
    id BIGSERIAL NOT NULL,
    entry_id BIGINT NOT NULL,
    account TEXT NOT NULL,
    cents BIGINT NOT NULL,
    claim_id BIGINT,
    payer TEXT DEFAULT '' NOT NULL,
    practice TEXT DEFAULT '' NOT NULL,
    reference TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_posting PRIMARY KEY (id),
    CONSTRAINT fk_posting_entry_id FOREIGN KEY(entry_id) REFERENCES entry (id),
    CONSTRAINT fk_posting_account FOREIGN KEY(account) REFERENCES account (key),
    CONSTRAINT fk_posting_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id)
);
CREATE INDEX ix_posting_account_claim ON posting (account, claim_id);
CREATE INDEX ix_posting_claim_id ON posting (claim_id);
CREATE INDEX ix_posting_entry_id ON posting (entry_id);
CREATE INDEX ix_posting_from_patients ON posting (practice, entry_id) WHERE account = 'cash' AND payer = '';
CREATE TABLE submission (
    id BIGSERIAL NOT NULL,
    claim_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    payer_order TEXT NOT NULL,
    number INTEGER NOT NULL,
    payer TEXT NOT NULL,
    frequency TEXT DEFAULT '1' NOT NULL,
    replaces TEXT DEFAULT '' NOT NULL,
    condition TEXT DEFAULT '' NOT NULL,
    state TEXT NOT NULL,
    batch_id BIGINT,
    position INTEGER DEFAULT 0 NOT NULL,
    payer_claim_control_number TEXT DEFAULT '' NOT NULL,
    acknowledged_on DATE,
    reported TEXT DEFAULT '' NOT NULL,
    opened_on DATE,
    due_on DATE,
    business_on DATE NOT NULL,
    CONSTRAINT pk_submission PRIMARY KEY (id),
    CONSTRAINT uq_submission_claim_id_payer_order_number UNIQUE (claim_id, payer_order, number),
    CONSTRAINT fk_submission_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_submission_version_id FOREIGN KEY(version_id) REFERENCES claim_version (id),
    CONSTRAINT fk_submission_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
);
CREATE INDEX ix_submission_again ON submission (claim_id, payer_order, number) WHERE number > 1;
CREATE INDEX ix_submission_batch_id ON submission (batch_id);
CREATE INDEX ix_submission_payer_claim ON submission (payer, claim_id) WHERE claim_id > 0;
CREATE INDEX ix_submission_payer_claim_control_number ON submission (payer_claim_control_number);
CREATE INDEX ix_submission_state ON submission (state);
CREATE INDEX ix_submission_state_claim ON submission (state, claim_id) WHERE claim_id > 0;
CREATE INDEX ix_submission_version_id ON submission (version_id);
CREATE UNIQUE INDEX uq_submission_live ON submission (claim_id, payer_order) WHERE state <> 'rejected' AND state <> 'replaced' AND state <> 'voided' AND state <> 'closed';
CREATE TABLE visit_event (
    id BIGSERIAL NOT NULL,
    visit_id BIGINT NOT NULL,
    event TEXT NOT NULL,
    detail TEXT DEFAULT '' NOT NULL,
    actor TEXT DEFAULT '' NOT NULL,
    why TEXT DEFAULT '' NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_visit_event PRIMARY KEY (id),
    CONSTRAINT fk_visit_event_visit_id FOREIGN KEY(visit_id) REFERENCES visit (id)
);
CREATE INDEX ix_visit_event_visit_id ON visit_event (visit_id);
CREATE TABLE answer (
    id BIGSERIAL NOT NULL,
    response_id BIGINT NOT NULL,
    batch_id BIGINT,
    submission_id BIGINT,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    codes TEXT DEFAULT '' NOT NULL,
    place TEXT DEFAULT '' NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_answer PRIMARY KEY (id),
    CONSTRAINT fk_answer_response_id FOREIGN KEY(response_id) REFERENCES response (id),
    CONSTRAINT fk_answer_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT fk_answer_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);
CREATE INDEX ix_answer_batch_id ON answer (batch_id);
CREATE INDEX ix_answer_business_on ON answer (business_on, submission_id, status);
CREATE INDEX ix_answer_response_id ON answer (response_id);
CREATE INDEX ix_answer_submission_id ON answer (submission_id);
CREATE TABLE claim_payment (
    id BIGSERIAL NOT NULL,
    remittance_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    claim_id BIGINT,
    submission_id BIGINT,
    patient_control_number TEXT DEFAULT '' NOT NULL,
    payer_claim_control_number TEXT DEFAULT '' NOT NULL,
    status TEXT NOT NULL,
    charge_cents BIGINT NOT NULL,
    paid_cents BIGINT NOT NULL,
    patient_owes_cents BIGINT DEFAULT 0 NOT NULL,
    remarks TEXT DEFAULT '' NOT NULL,
    inpatient TEXT DEFAULT '' NOT NULL,
    outpatient TEXT DEFAULT '' NOT NULL,
    forwarded_to TEXT DEFAULT '' NOT NULL,
    unknown_drg TEXT DEFAULT '' NOT NULL,
    corrected_payer TEXT DEFAULT '' NOT NULL,
    corrected_patient INTEGER DEFAULT 0 NOT NULL,
    member_id TEXT DEFAULT '' NOT NULL,
    patient_name TEXT DEFAULT '' NOT NULL,
    service_from_on DATE,
    matched_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_claim_payment PRIMARY KEY (id),
    CONSTRAINT fk_claim_payment_remittance_id FOREIGN KEY(remittance_id) REFERENCES remittance (id),
    CONSTRAINT fk_claim_payment_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_claim_payment_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);
CREATE INDEX ix_claim_payment_claim_id ON claim_payment (claim_id);
CREATE INDEX ix_claim_payment_payer_claim_control_number ON claim_payment (payer_claim_control_number);
CREATE INDEX ix_claim_payment_remittance_id ON claim_payment (remittance_id);
CREATE INDEX ix_claim_payment_submission_id ON claim_payment (submission_id);
CREATE TABLE coding_review (
    id BIGSERIAL NOT NULL,
    audit_id BIGINT NOT NULL,
    place INTEGER NOT NULL,
    elements TEXT DEFAULT '' NOT NULL,
    procedure TEXT DEFAULT '' NOT NULL,
    modifiers TEXT DEFAULT '' NOT NULL,
    diagnoses TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_coding_review PRIMARY KEY (id),
    CONSTRAINT fk_coding_review_audit_id_place FOREIGN KEY(audit_id, place) REFERENCES coding_audit_line (audit_id, place)
);
CREATE INDEX ix_coding_review_audit_id_place ON coding_review (audit_id, place);
CREATE TABLE inquiry (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    clearinghouse TEXT NOT NULL,
    payer TEXT NOT NULL,
    practice TEXT NOT NULL,
    submission_id BIGINT,
    encounter_id BIGINT,
    payer_order TEXT DEFAULT '' NOT NULL,
    actor TEXT DEFAULT '' NOT NULL,
    why TEXT NOT NULL,
    batch_id BIGINT,
    position INTEGER DEFAULT 0 NOT NULL,
    trace TEXT DEFAULT '' NOT NULL,
    dropped TEXT DEFAULT '' NOT NULL,
    answered_on DATE,
    business_on DATE NOT NULL,
    CONSTRAINT pk_inquiry PRIMARY KEY (id),
    CONSTRAINT uq_inquiry_batch_id_position UNIQUE (batch_id, position),
    CONSTRAINT uq_inquiry_key UNIQUE (key),
    CONSTRAINT fk_inquiry_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id),
    CONSTRAINT fk_inquiry_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounter (id),
    CONSTRAINT fk_inquiry_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
);
CREATE INDEX ix_inquiry_batch_id ON inquiry (batch_id);
CREATE INDEX ix_inquiry_clearinghouse ON inquiry (clearinghouse);
CREATE INDEX ix_inquiry_encounter_id ON inquiry (encounter_id);
CREATE INDEX ix_inquiry_submission_id ON inquiry (submission_id);
CREATE INDEX ix_inquiry_trace ON inquiry (trace);
CREATE TABLE submission_event (
    id BIGSERIAL NOT NULL,
    submission_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    business_on DATE NOT NULL,
    recorded_at TEXT DEFAULT '' NOT NULL,
    actor TEXT DEFAULT '' NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT pk_submission_event PRIMARY KEY (id),
    CONSTRAINT fk_submission_event_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);
CREATE INDEX ix_submission_event_business_on ON submission_event (business_on, state);
CREATE INDEX ix_submission_event_submission_id ON submission_event (submission_id);
CREATE TABLE coverage_answer (
    id BIGSERIAL NOT NULL,
    response_id BIGINT NOT NULL,
    inquiry_id BIGINT NOT NULL,
    whose TEXT NOT NULL,
    state TEXT NOT NULL,
    reasons TEXT DEFAULT '' NOT NULL,
    active_from_on DATE,
    active_to_on DATE,
    in_network TEXT DEFAULT '' NOT NULL,
    member TEXT DEFAULT '' NOT NULL,
    facts TEXT NOT NULL,
    qmb INTEGER DEFAULT 0 NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_coverage_answer PRIMARY KEY (id),
    CONSTRAINT fk_coverage_answer_response_id FOREIGN KEY(response_id) REFERENCES response (id),
    CONSTRAINT fk_coverage_answer_inquiry_id FOREIGN KEY(inquiry_id) REFERENCES inquiry (id)
);
CREATE INDEX ix_coverage_answer_inquiry_id ON coverage_answer (inquiry_id);
CREATE INDEX ix_coverage_answer_qmb ON coverage_answer (qmb);
CREATE INDEX ix_coverage_answer_response_id ON coverage_answer (response_id);
CREATE INDEX ix_coverage_answer_whose ON coverage_answer (whose);
CREATE TABLE line_adjustment (
    id BIGSERIAL NOT NULL,
    claim_payment_id BIGINT NOT NULL,
    position INTEGER DEFAULT 0 NOT NULL,
    "group" TEXT NOT NULL,
    carc TEXT NOT NULL,
    cents BIGINT NOT NULL,
    quantity TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_line_adjustment PRIMARY KEY (id),
    CONSTRAINT fk_line_adjustment_claim_payment_id FOREIGN KEY(claim_payment_id) REFERENCES claim_payment (id)
);
CREATE INDEX ix_line_adjustment_claim_payment_id ON line_adjustment (claim_payment_id);
CREATE TABLE money_act (
    id BIGSERIAL NOT NULL,
    claim_id BIGINT,
    claim_payment_id BIGINT,
    remittance_id BIGINT,
    kind TEXT NOT NULL,
    payer TEXT DEFAULT '' NOT NULL,
    practice TEXT DEFAULT '' NOT NULL,
    cents BIGINT NOT NULL,
    reference TEXT DEFAULT '' NOT NULL,
    line INTEGER DEFAULT 0 NOT NULL,
    actor TEXT NOT NULL,
    second TEXT,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_money_act PRIMARY KEY (id),
    CONSTRAINT fk_money_act_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_money_act_claim_payment_id FOREIGN KEY(claim_payment_id) REFERENCES claim_payment (id),
    CONSTRAINT fk_money_act_remittance_id FOREIGN KEY(remittance_id) REFERENCES remittance (id),
    CONSTRAINT fk_money_act_actor FOREIGN KEY(actor) REFERENCES actor (name),
    CONSTRAINT fk_money_act_second FOREIGN KEY(second) REFERENCES actor (name)
);
CREATE INDEX ix_money_act_claim_id ON money_act (claim_id);
CREATE INDEX ix_money_act_claim_payment_id ON money_act (claim_payment_id);
CREATE INDEX ix_money_act_remittance_id ON money_act (remittance_id);
CREATE TABLE payment_line (
    claim_payment_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    line INTEGER DEFAULT 0 NOT NULL,
    control_number TEXT DEFAULT '' NOT NULL,
    procedure TEXT DEFAULT '' NOT NULL,
    modifiers TEXT DEFAULT '' NOT NULL,
    adjudicated TEXT DEFAULT '' NOT NULL,
    units TEXT DEFAULT '' NOT NULL,
    submitted_units TEXT DEFAULT '' NOT NULL,
    charge_cents BIGINT NOT NULL,
    paid_cents BIGINT NOT NULL,
    remarks TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_payment_line PRIMARY KEY (claim_payment_id, position),
    CONSTRAINT fk_payment_line_claim_payment_id FOREIGN KEY(claim_payment_id) REFERENCES claim_payment (id)
);
CREATE TABLE status_answer (
    id BIGSERIAL NOT NULL,
    response_id BIGINT NOT NULL,
    submission_id BIGINT NOT NULL,
    inquiry_id BIGINT,
    meaning TEXT NOT NULL,
    codes TEXT NOT NULL,
    payer_claim_control_number TEXT DEFAULT '' NOT NULL,
    paid_cents BIGINT DEFAULT 0 NOT NULL,
    paid_on DATE,
    check_number TEXT DEFAULT '' NOT NULL,
    control_number TEXT DEFAULT '' NOT NULL,
    asked TEXT DEFAULT '' NOT NULL,
    asked_on DATE,
    due_on DATE,
    business_on DATE NOT NULL,
    CONSTRAINT pk_status_answer PRIMARY KEY (id),
    CONSTRAINT fk_status_answer_response_id FOREIGN KEY(response_id) REFERENCES response (id),
    CONSTRAINT fk_status_answer_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id),
    CONSTRAINT fk_status_answer_inquiry_id FOREIGN KEY(inquiry_id) REFERENCES inquiry (id)
);
CREATE INDEX ix_status_answer_asked ON status_answer (submission_id, control_number) WHERE control_number <> '';
CREATE INDEX ix_status_answer_inquiry_id ON status_answer (inquiry_id);
CREATE INDEX ix_status_answer_response_id ON status_answer (response_id);
CREATE INDEX ix_status_answer_submission_id ON status_answer (submission_id);
CREATE UNIQUE INDEX uq_status_answer_said ON status_answer (submission_id, inquiry_id, codes, payer_claim_control_number, paid_cents, check_number, paid_on);
CREATE UNIQUE INDEX uq_status_answer_unpaid ON status_answer (submission_id, inquiry_id, codes, payer_claim_control_number, paid_cents, check_number) WHERE paid_on IS NULL;
CREATE TABLE work_item (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    claim_id BIGINT,
    submission_id BIGINT,
    claim_payment_id BIGINT,
    reference TEXT DEFAULT '' NOT NULL,
    practice TEXT DEFAULT '' NOT NULL,
    payer TEXT DEFAULT '' NOT NULL,
    line INTEGER DEFAULT 0 NOT NULL,
    procedure TEXT DEFAULT '' NOT NULL,
    "group" TEXT DEFAULT '' NOT NULL,
    carc TEXT DEFAULT '' NOT NULL,
    rarcs TEXT DEFAULT '' NOT NULL,
    cents BIGINT NOT NULL,
    owed INTEGER DEFAULT 0 NOT NULL,
    category TEXT DEFAULT '' NOT NULL,
    owner TEXT DEFAULT '' NOT NULL,
    action TEXT DEFAULT '' NOT NULL,
    fix_path TEXT DEFAULT '' NOT NULL,
    correctable TEXT DEFAULT '' NOT NULL,
    appealable TEXT DEFAULT '' NOT NULL,
    due_on DATE,
    assignee TEXT DEFAULT '' NOT NULL,
    snoozed_until_on DATE,
    state TEXT DEFAULT 'open' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    opened_cents BIGINT DEFAULT 0 NOT NULL,
    paid_cents BIGINT DEFAULT 0 NOT NULL,
    recovered_cents BIGINT DEFAULT 0 NOT NULL,
    resolved_on DATE,
    business_on DATE NOT NULL,
    priority_cents BIGINT DEFAULT 0 NOT NULL,
    ranked_from_on DATE,
    ranked_until_on DATE,
    CONSTRAINT pk_work_item PRIMARY KEY (id),
    CONSTRAINT uq_work_item_key UNIQUE (key),
    CONSTRAINT fk_work_item_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_work_item_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id),
    CONSTRAINT fk_work_item_claim_payment_id FOREIGN KEY(claim_payment_id) REFERENCES claim_payment (id)
);
CREATE INDEX ix_work_item_alike ON work_item (state, kind, fix_path, payer, practice, carc, category, owner, cents);
CREATE INDEX ix_work_item_assignee ON work_item (assignee, state, practice) WHERE assignee <> '';
CREATE INDEX ix_work_item_business_on ON work_item (business_on, kind, cents);
CREATE INDEX ix_work_item_claim_id ON work_item (claim_id);
CREATE INDEX ix_work_item_claim_payment_id ON work_item (claim_payment_id);
CREATE INDEX ix_work_item_kind ON work_item (kind);
CREATE INDEX ix_work_item_owed ON work_item (state, owed, practice, payer, cents);
CREATE INDEX ix_work_item_owed_claim ON work_item (state, owed, claim_id, practice, payer, cents);
CREATE INDEX ix_work_item_queue ON work_item (state, priority_cents DESC, id, snoozed_until_on, practice, kind, owner, payer, assignee, carc, category, cents, ranked_from_on, ranked_until_on);
CREATE INDEX ix_work_item_ranked_from ON work_item (state, ranked_from_on);
CREATE INDEX ix_work_item_ranked_until ON work_item (state, ranked_until_on);
CREATE INDEX ix_work_item_resolved_on ON work_item (resolved_on);
CREATE INDEX ix_work_item_state_due_on ON work_item (state, due_on);
CREATE INDEX ix_work_item_submission_id ON work_item (submission_id);
CREATE TABLE deposit_match (
    id BIGSERIAL NOT NULL,
    deposit_id BIGINT NOT NULL,
    remittance_id BIGINT,
    meaning TEXT DEFAULT '' NOT NULL,
    cents BIGINT NOT NULL,
    matched_by TEXT NOT NULL,
    money_act_id BIGINT,
    business_on DATE NOT NULL,
    CONSTRAINT pk_deposit_match PRIMARY KEY (id),
    CONSTRAINT fk_deposit_match_deposit_id FOREIGN KEY(deposit_id) REFERENCES deposit (id),
    CONSTRAINT fk_deposit_match_remittance_id FOREIGN KEY(remittance_id) REFERENCES remittance (id),
    CONSTRAINT fk_deposit_match_money_act_id FOREIGN KEY(money_act_id) REFERENCES money_act (id)
);
CREATE INDEX ix_deposit_match_deposit_id ON deposit_match (deposit_id);
CREATE INDEX ix_deposit_match_money_act_id ON deposit_match (money_act_id);
CREATE INDEX ix_deposit_match_remittance_id ON deposit_match (remittance_id);
CREATE TABLE letter (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    work_item_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    submission_id BIGINT,
    event TEXT NOT NULL,
    level INTEGER NOT NULL,
    name TEXT NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    enclosures TEXT DEFAULT '' NOT NULL,
    due_on DATE,
    sha256 TEXT DEFAULT '' NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_letter PRIMARY KEY (id),
    CONSTRAINT fk_letter_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id),
    CONSTRAINT fk_letter_claim_id FOREIGN KEY(claim_id) REFERENCES claim (id),
    CONSTRAINT fk_letter_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);
CREATE INDEX ix_letter_claim_id ON letter (claim_id);
CREATE INDEX ix_letter_submission_id ON letter (submission_id);
CREATE INDEX ix_letter_work_item_id ON letter (work_item_id);
CREATE TABLE work_event (
    id BIGSERIAL NOT NULL,
    work_item_id BIGINT NOT NULL,
    event TEXT NOT NULL,
    actor TEXT DEFAULT '' NOT NULL,
    detail TEXT DEFAULT '' NOT NULL,
    business_on DATE NOT NULL,
    CONSTRAINT pk_work_event PRIMARY KEY (id),
    CONSTRAINT fk_work_event_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id)
);
CREATE INDEX ix_work_event_work_item_id ON work_event (work_item_id);
