-- The embedded appointment store: vigil's own schema for a practice without a database that vigil can read.
--
-- Fill it with `vigil import csv`, by hand, or from a program of your own. Vigil opens it read only.
--
-- Conventions
--   * Ids are opaque text, never numbers: real stores hold ids such as 9377952927E-5.
--   * A day is text, YYYY-MM-DD, in the practice's zone. NULL means that nothing is on file; anything that is not such a
--     day is kept as it is and reported as unreadable, so nothing is lost by an import.
--   * A time is a whole number: seconds since 1970-01-01T00:00:00Z. To read one: datetime(starts_at, 'unixepoch').
--   * A yes or no is 1 or 0; NULL means not known, which is not the same as no.
--   * Codes and scores only: no wording of a questionnaire, no note. Vigil never reads psychotherapy notes.
--   * Tables are WITHOUT ROWID and begin with the client, so that a client's rows lie together on disk: vigil reads one
--     client at a time.
-- Types are not enforced (no STRICT): a value of the wrong kind is the clinic's to correct, and vigil names it.

CREATE TABLE practice (
    name  TEXT PRIMARY KEY,          -- 'schema' is 'vigil-practice/1'; 'as_of' is set by an import, in seconds
    value TEXT NOT NULL
) WITHOUT ROWID;

INSERT INTO practice VALUES ('schema', 'vigil-practice/1');

CREATE TABLE therapist (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    team TEXT
) WITHOUT ROWID;

CREATE TABLE client (
    id                   TEXT PRIMARY KEY,
    name                 TEXT NOT NULL,
    born_on              TEXT,
    standing             TEXT NOT NULL DEFAULT 'active',   -- active, discharged, transferred, deceased
    therapist_id         TEXT,
    therapist_changed_on TEXT,
    first_contact_on     TEXT,
    phone                TEXT,
    contact_preference   TEXT,        -- in words: 'after 5pm only'
    safe_to_call         INTEGER,     -- 0 where a call may put the client in danger
    voicemail_allowed    INTEGER,
    guardian_contact     INTEGER,     -- a guardian's contact is on file
    emergency_contact    INTEGER,
    safety_plan          INTEGER,
    pregnant             INTEGER,
    delivered_on         TEXT,
    clinician_flag       INTEGER,     -- a clinician's flag of special concern is active
    clinician_flag_since TEXT,
    anniversary          TEXT,        -- MM-DD of a date that the client has told the practice about
    part2                INTEGER      -- record of a programme under 42 CFR Part 2
) WITHOUT ROWID;

CREATE TABLE session (
    client_id        TEXT NOT NULL,
    starts_at        INTEGER NOT NULL,
    id               TEXT NOT NULL,   -- the appointment's id; with starts_at it makes the session
    therapist_id     TEXT,
    duration_minutes INTEGER NOT NULL DEFAULT 50,
    kind             TEXT NOT NULL DEFAULT 'individual',
    -- scheduled (nobody recorded an outcome), arrived, attended, missed, left_unseen, client_cancel, late_cancel,
    -- provider_cancel, excused, rescheduled, entered_in_error. Anything else is reported as a status nobody mapped.
    status           TEXT NOT NULL DEFAULT 'scheduled',
    -- psychiatric_admission, illness_told_in_advance, weather_closure, outage, custody, hospital, too_stressful, or any text
    reason           TEXT,
    cancelled_at     INTEGER,         -- when the client or the practice called it off
    PRIMARY KEY (client_id, starts_at, id)
) WITHOUT ROWID;

CREATE INDEX session_by_start ON session (starts_at, client_id);

-- A contact with the client that the practice logged elsewhere than in vigil.
CREATE TABLE contact (
    client_id       TEXT NOT NULL,
    at              INTEGER NOT NULL,
    outcome         TEXT NOT NULL,    -- reached, no_answer, message_left
    plan_documented INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, at, outcome)
) WITHOUT ROWID;

CREATE TABLE diagnosis (
    client_id TEXT NOT NULL,
    code      TEXT NOT NULL,          -- ICD-10-CM, with or without the dot
    PRIMARY KEY (client_id, code)
) WITHOUT ROWID;

CREATE TABLE screen (
    client_id  TEXT NOT NULL,
    id         TEXT NOT NULL,
    instrument TEXT NOT NULL,         -- C-SSRS-screener, PHQ-9, PHQ-A, PCL-5, AUDIT-C, GAD-7, clinician_assessment
    taken_on   TEXT,
    total      INTEGER,
    item9      INTEGER,               -- PHQ-9 item 9, 0 to 3
    ideation   INTEGER,               -- highest C-SSRS ideation level, 0 to 5
    behaviour  INTEGER,               -- C-SSRS behaviour item of the last three months
    PRIMARY KEY (client_id, id)
) WITHOUT ROWID;

-- Attempts, self-injury, discharges from a hospital, emergency visits.
CREATE TABLE event (
    client_id       TEXT NOT NULL,
    id              TEXT NOT NULL,
    kind            TEXT NOT NULL,    -- attempt, self_injury, discharge, emergency_visit
    happened_on     TEXT,             -- for a discharge: the day of it
    detail          TEXT,             -- attempt: actual, interrupted, aborted; discharge: psychiatric_inpatient, medical, …
    suicide_related INTEGER,          -- discharge, emergency_visit; NULL when the reason is not known
    PRIMARY KEY (client_id, id)
) WITHOUT ROWID;

CREATE TABLE medication (
    client_id TEXT NOT NULL,
    id        TEXT NOT NULL,
    class     TEXT NOT NULL,          -- antipsychotic, lithium, mood_stabiliser, antidepressant, other
    status    TEXT NOT NULL,          -- adherent, stopped, nonadherent
    noted_on  TEXT,
    PRIMARY KEY (client_id, id)
) WITHOUT ROWID;

CREATE TABLE treatment (
    client_id         TEXT PRIMARY KEY,
    protocol          TEXT NOT NULL,  -- CPT, PE, EMDR, …: shown, never matched
    trauma_focused    INTEGER,
    sessions_attended INTEGER         -- of this protocol
) WITHOUT ROWID;

-- What client and therapist have planned. Optional: a store without this table is read as one in which nothing is on file.
CREATE TABLE care_plan (
    client_id             TEXT PRIMARY KEY,
    cadence_days          INTEGER,    -- days from one session to the next: 7 for every week
    safety_plan_review_on TEXT,       -- when the safety plan is to be looked at together
    next_step             TEXT        -- a short name of the treatment's next step: 'first written account'; shown, never matched
) WITHOUT ROWID;

-- The practice's books, for "vigil report practice" alone. Optional too. No rule that finds, scores or orders reads them, and a
-- change in them brings no client to a poll.

-- Who pays, and what: no row means that neither is on file.
CREATE TABLE coverage (
    client_id TEXT PRIMARY KEY,
    payer     TEXT,                   -- as in practice.yaml: 'medicaid', 'self'
    fee_cents INTEGER                 -- the client's own fee in place of the practice's standard one
) WITHOUT ROWID;

-- People who wait for a session, of the practice or new to it.
CREATE TABLE waiting_list (
    id           TEXT PRIMARY KEY,
    client_id    TEXT,                -- NULL for somebody who is no client yet
    since        TEXT,                -- YYYY-MM-DD
    therapist_id TEXT,                -- NULL when any therapist will do
    kind         TEXT                 -- NULL when any kind of session will do
) WITHOUT ROWID;

-- Which clients changed, in order of the changes: how vigil's poll costs what changed and not what is stored. Kept by the
-- triggers below, whoever writes and with whatever program. SQLite has one writer at a time, so no number can appear
-- behind one that has been read.
CREATE TABLE client_change (
    client_id TEXT PRIMARY KEY,
    sequence  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX client_change_by_sequence ON client_change (sequence, client_id);

CREATE TRIGGER client_insert_noted AFTER INSERT ON client BEGIN
    INSERT INTO client_change VALUES (new.id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER client_update_noted AFTER UPDATE ON client BEGIN
    INSERT INTO client_change VALUES (old.id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
    INSERT INTO client_change VALUES (new.id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER client_delete_noted AFTER DELETE ON client BEGIN
    INSERT INTO client_change VALUES (old.id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;

CREATE TRIGGER session_insert_noted AFTER INSERT ON session BEGIN
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER session_update_noted AFTER UPDATE ON session BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER session_delete_noted AFTER DELETE ON session BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;

CREATE TRIGGER contact_insert_noted AFTER INSERT ON contact BEGIN
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER contact_update_noted AFTER UPDATE ON contact BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER contact_delete_noted AFTER DELETE ON contact BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;

CREATE TRIGGER diagnosis_insert_noted AFTER INSERT ON diagnosis BEGIN
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER diagnosis_update_noted AFTER UPDATE ON diagnosis BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER diagnosis_delete_noted AFTER DELETE ON diagnosis BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;

CREATE TRIGGER screen_insert_noted AFTER INSERT ON screen BEGIN
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER screen_update_noted AFTER UPDATE ON screen BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER screen_delete_noted AFTER DELETE ON screen BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;

CREATE TRIGGER event_insert_noted AFTER INSERT ON event BEGIN
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER event_update_noted AFTER UPDATE ON event BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER event_delete_noted AFTER DELETE ON event BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;

CREATE TRIGGER medication_insert_noted AFTER INSERT ON medication BEGIN
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER medication_update_noted AFTER UPDATE ON medication BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER medication_delete_noted AFTER DELETE ON medication BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;

CREATE TRIGGER treatment_insert_noted AFTER INSERT ON treatment BEGIN
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER treatment_update_noted AFTER UPDATE ON treatment BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER treatment_delete_noted AFTER DELETE ON treatment BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;

CREATE TRIGGER care_plan_insert_noted AFTER INSERT ON care_plan BEGIN
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER care_plan_update_noted AFTER UPDATE ON care_plan BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
    INSERT INTO client_change VALUES (new.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
CREATE TRIGGER care_plan_delete_noted AFTER DELETE ON care_plan BEGIN
    INSERT INTO client_change VALUES (old.client_id, (SELECT coalesce(max(sequence), 0) + 1 FROM client_change))
        ON CONFLICT (client_id) DO UPDATE SET sequence = excluded.sequence;
END;
