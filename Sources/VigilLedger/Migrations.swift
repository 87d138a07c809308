/// The ledger's schema, step by step. A step that has shipped is never changed: a new one is appended.
///
/// Constraints first: what must never happen (a second record of a session, a second open follow-up, a changed audit row) is
/// refused by the schema, whatever the code above does.
enum Migrations {
    static let all: [(name: String, script: String)] = [
        ("1-records", records), ("2-follow-ups", followUps), ("3-audit", audit), ("4-cursor", cursor),
        ("5-paging", paging), ("6-care", care), ("7-remind", remind), ("7-fhir-tasks", fhirTasks),
        ("8-sign-in", signIn),
    ]

    private static let records = """
        CREATE TABLE session_record (
            id            INTEGER PRIMARY KEY,
            store         TEXT NOT NULL,
            session_id    TEXT NOT NULL,
            starts_at     INTEGER NOT NULL,
            client        TEXT NOT NULL,
            therapist     TEXT,
            outcome       TEXT NOT NULL,
            basis         TEXT,
            state         TEXT NOT NULL,
            follow_up     TEXT,
            flips         INTEGER NOT NULL DEFAULT 0,
            last_flip_at  INTEGER,
            recorded_at   INTEGER NOT NULL,
            row_as_read   TEXT NOT NULL,
            row_hash      BLOB NOT NULL CHECK (length(row_hash) = 32),
            -- The client too: a group's participants may share the id and the start, and none may be lost for it.
            UNIQUE (store, client, session_id, starts_at)
        ) STRICT;
        CREATE INDEX session_record_by_follow_up ON session_record (follow_up) WHERE follow_up IS NOT NULL;

        -- What counts as missed; a session that was called off never does.
        CREATE VIEW missed_session AS SELECT * FROM session_record WHERE state <> 'called_off';

        CREATE TABLE assessment (
            id            INTEGER PRIMARY KEY,
            store         TEXT NOT NULL,
            session_id    TEXT NOT NULL,
            starts_at     INTEGER NOT NULL,
            client        TEXT NOT NULL,
            follow_up     TEXT,
            assessed_at   INTEGER NOT NULL,
            outcome       TEXT NOT NULL,
            tier          TEXT NOT NULL,
            points        INTEGER NOT NULL,
            scored        INTEGER NOT NULL,
            policy        TEXT NOT NULL,
            body          TEXT NOT NULL
        ) STRICT;
        CREATE INDEX assessment_by_follow_up ON assessment (follow_up) WHERE follow_up IS NOT NULL;
        """

    private static let followUps = """
        CREATE TABLE follow_up (
            id            TEXT PRIMARY KEY,
            store         TEXT NOT NULL,
            client        TEXT NOT NULL,
            therapist     TEXT,
            tier          TEXT NOT NULL CHECK (tier IN ('now', 'today', 'next', 'routine')),
            state         TEXT NOT NULL CHECK (state IN ('open', 'taken', 'closed')),
            owner         TEXT NOT NULL,
            opened_at     INTEGER NOT NULL,
            contact_by    INTEGER NOT NULL,
            taken_by      TEXT,
            taken_at      INTEGER,
            starts_quiet  INTEGER NOT NULL,
            closed_at     INTEGER,
            closed_by     TEXT,
            close_reason  TEXT,
            close_note    TEXT,
            policy        TEXT NOT NULL,
            version       INTEGER NOT NULL DEFAULT 1,
            CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
            CHECK ((state = 'closed') = (close_reason IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX follow_up_open ON follow_up (store, client) WHERE state <> 'closed';
        CREATE INDEX follow_up_queue ON follow_up (contact_by) WHERE state <> 'closed';

        CREATE TABLE task (
            id            INTEGER PRIMARY KEY,
            store         TEXT NOT NULL,
            client        TEXT NOT NULL,
            follow_up     TEXT REFERENCES follow_up (id),
            kind          TEXT NOT NULL,
            role          TEXT NOT NULL,
            say           TEXT NOT NULL,
            due_at        INTEGER NOT NULL,
            subject_kind  TEXT,
            subject_id    TEXT,
            subject_at    INTEGER,
            subject_part  TEXT,
            added_at      INTEGER NOT NULL,
            state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'superseded')),
            ended_at      INTEGER,
            ended_by      TEXT,
            ended_reason  TEXT,
            CHECK ((state = 'open') = (ended_at IS NULL))
        ) STRICT;
        CREATE INDEX task_open_by_client ON task (store, client) WHERE state = 'open';
        CREATE INDEX task_by_follow_up ON task (follow_up) WHERE follow_up IS NOT NULL;
        CREATE UNIQUE INDEX task_question ON task (store, client, kind, subject_kind, subject_id, subject_at, subject_part)
            WHERE state = 'open' AND subject_kind IS NOT NULL;

        CREATE TABLE attempt (
            id            INTEGER PRIMARY KEY,
            follow_up     TEXT NOT NULL REFERENCES follow_up (id),
            at            INTEGER NOT NULL,
            by            TEXT NOT NULL,
            channel       TEXT NOT NULL,
            outcome       TEXT NOT NULL,
            note          TEXT NOT NULL
        ) STRICT;
        CREATE INDEX attempt_by_follow_up ON attempt (follow_up);
        """

    private static let audit = """
        CREATE TABLE audit (
            sequence      INTEGER PRIMARY KEY,
            at            INTEGER NOT NULL,
            actor         TEXT NOT NULL,
            act           TEXT NOT NULL,
            subject       TEXT NOT NULL,
            reason        TEXT NOT NULL,
            event         TEXT NOT NULL,
            previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),
            hash          BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
        ) STRICT;
        CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN
            SELECT raise(ABORT, 'audit rows are append-only');
        END;
        CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit BEGIN
            SELECT raise(ABORT, 'audit rows are append-only');
        END;
        CREATE INDEX audit_by_subject ON audit (subject);
        """

    private static let paging = """
        ALTER TABLE follow_up ADD COLUMN tier_since INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE follow_up ADD COLUMN reopened_at INTEGER;
        UPDATE follow_up SET tier_since = opened_at;

        -- How far asking for an acknowledgement has come: of a follow-up (the same id), or of a weekly test.
        CREATE TABLE paging (
            id               TEXT PRIMARY KEY,
            store            TEXT NOT NULL,
            is_test          INTEGER NOT NULL,
            state            TEXT NOT NULL CHECK (state IN ('paging', 'acknowledged', 'in_hand', 'ended')),
            step             INTEGER NOT NULL,
            step_began_at    INTEGER NOT NULL,
            pages            INTEGER NOT NULL,
            begun_at         INTEGER NOT NULL,
            due_at           INTEGER,
            alarmed_at       INTEGER,
            acknowledged_by  TEXT,
            acknowledged_at  INTEGER,
            acknowledged_way TEXT,
            expires_at       INTEGER,
            ended_at         INTEGER,
            -- The live timer of I9: what is paged has a due time, what is acknowledged an end.
            CHECK ((state = 'paging') = (due_at IS NOT NULL)),
            CHECK (state <> 'acknowledged' OR (acknowledged_by IS NOT NULL AND expires_at IS NOT NULL)),
            CHECK ((state = 'ended') = (ended_at IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX paging_live ON paging (state) WHERE state IN ('paging', 'acknowledged');

        CREATE TABLE page (
            key           TEXT PRIMARY KEY,
            paging        TEXT NOT NULL REFERENCES paging (id),
            number        INTEGER NOT NULL,
            step          INTEGER NOT NULL,
            target        TEXT NOT NULL,
            person        TEXT NOT NULL,
            made_at       INTEGER NOT NULL,
            code          TEXT NOT NULL UNIQUE,
            UNIQUE (paging, number)
        ) STRICT, WITHOUT ROWID;

        -- The outbox: what is to be told to whom, and what became of it.
        CREATE TABLE delivery (
            id            INTEGER PRIMARY KEY,
            key           TEXT NOT NULL,
            purpose       TEXT NOT NULL,
            paging        TEXT REFERENCES paging (id),
            person        TEXT,
            channel       TEXT NOT NULL,
            message       TEXT NOT NULL,
            urgent        INTEGER NOT NULL,
            tells_settled INTEGER NOT NULL,
            state         TEXT NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'leased', 'sent', 'cancelled', 'given_up')),
            attempts      INTEGER NOT NULL DEFAULT 0,
            made_at       INTEGER NOT NULL,
            next_at       INTEGER NOT NULL,
            lease_until   INTEGER,
            ended_at      INTEGER,
            provider_id   TEXT,
            last_failure  TEXT,
            UNIQUE (key, channel, purpose),
            CHECK ((state = 'leased') = (lease_until IS NOT NULL)),
            CHECK ((state IN ('waiting', 'leased')) = (ended_at IS NULL))
        ) STRICT;
        CREATE INDEX delivery_open ON delivery (next_at) WHERE state IN ('waiting', 'leased');
        CREATE INDEX delivery_by_paging ON delivery (paging) WHERE paging IS NOT NULL;

        CREATE TABLE send_attempt (
            delivery      INTEGER NOT NULL REFERENCES delivery (id),
            number        INTEGER NOT NULL,
            started_at    INTEGER NOT NULL,
            ended_at      INTEGER,
            outcome       TEXT,
            provider_id   TEXT,
            PRIMARY KEY (delivery, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE on_call_override (
            id            INTEGER PRIMARY KEY,
            rota          TEXT NOT NULL,
            from_at       INTEGER NOT NULL,
            until_at      INTEGER NOT NULL CHECK (until_at > from_at),
            person        TEXT NOT NULL,
            made_by       TEXT NOT NULL,
            made_at       INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE operator_alert (
            alert         TEXT PRIMARY KEY,
            raised_at     INTEGER NOT NULL,
            told_at       INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let care = """
        -- What a follow-up rests on; a check-up rests on no session, and says why itself.
        ALTER TABLE follow_up ADD COLUMN origin TEXT NOT NULL DEFAULT 'missed_session';
        ALTER TABLE follow_up ADD COLUMN about TEXT NOT NULL DEFAULT '';
        ALTER TABLE attempt ADD COLUMN reason TEXT;
        CREATE INDEX follow_up_by_client ON follow_up (store, client);
        CREATE INDEX follow_up_by_opening ON follow_up (store, opened_at);
        CREATE INDEX session_record_by_recording ON session_record (store, recorded_at);

        -- Why sessions were missed, as staff recorded it; the newest row of a session holds.
        CREATE TABLE session_reason (
            id            INTEGER PRIMARY KEY,
            store         TEXT NOT NULL,
            client        TEXT NOT NULL,
            session_id    TEXT NOT NULL,
            starts_at     INTEGER NOT NULL,
            follow_up     TEXT NOT NULL REFERENCES follow_up (id),
            reason        TEXT NOT NULL,
            recorded_by   TEXT NOT NULL,
            recorded_at   INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX session_reason_by_client ON session_reason (store, client);
        """

    private static let remind = """
        -- Put off by a person until then, within the deadline.
        ALTER TABLE follow_up ADD COLUMN remind_at INTEGER;
        ALTER TABLE follow_up ADD COLUMN remind_note TEXT;
        CREATE INDEX session_record_by_start ON session_record (store, starts_at);
        """

    private static let fhirTasks = """
        -- What became of follow-ups as Tasks on the practice's FHIR server. A row stands here before the first try, so that a
        -- Task whose answer was lost is looked for again, also when its follow-up has been closed meanwhile.
        CREATE TABLE fhir_task (
            follow_up     TEXT NOT NULL REFERENCES follow_up (id),
            server        TEXT NOT NULL,
            task_id       TEXT,
            task_version  TEXT,
            -- Somebody else has written into it too.
            is_shared     INTEGER NOT NULL DEFAULT 0,
            -- Of the follow-up, up to which the Task was looked at.
            seen_version  INTEGER NOT NULL DEFAULT 0,
            -- What the Task said when it was written last.
            said          TEXT NOT NULL DEFAULT '',
            -- The Task is over, and so is the follow-up.
            is_over       INTEGER NOT NULL DEFAULT 0,
            written_at    INTEGER,
            failures      INTEGER NOT NULL DEFAULT 0,
            failing_since INTEGER,
            next_at       INTEGER,
            PRIMARY KEY (follow_up, server),
            CHECK ((task_id IS NULL) = (task_version IS NULL)),
            CHECK ((failing_since IS NULL) = (failures = 0)),
            CHECK ((failing_since IS NULL) = (next_at IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX fhir_task_live ON fhir_task (server) WHERE is_over = 0;
        """

    private static let signIn = """
        -- Who signs in to the pages. Who they are and what they may do stands in vigil.yaml.
        CREATE TABLE sign_in (
            person         TEXT PRIMARY KEY,
            salt           BLOB NOT NULL CHECK (length(salt) = 16),
            password_hash  BLOB NOT NULL CHECK (length(password_hash) = 32),
            code_key       BLOB NOT NULL CHECK (length(code_key) = 20),
            last_code_step INTEGER NOT NULL,
            made_at        INTEGER NOT NULL,
            disabled_at    INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE invitation (
            person        TEXT PRIMARY KEY,
            token_hash    BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
            code_key      BLOB NOT NULL CHECK (length(code_key) = 20),
            until_at      INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- By a hash of what was typed: somebody may have typed a password there.
        CREATE TABLE sign_in_failure (
            account_hash  BLOB NOT NULL CHECK (length(account_hash) = 32),
            at            INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sign_in_failure_by_account ON sign_in_failure (account_hash, at);

        CREATE TABLE web_session (
            key               BLOB PRIMARY KEY CHECK (length(key) = 32),
            person            TEXT NOT NULL,
            begun_at          INTEGER NOT NULL,
            seen_at           INTEGER NOT NULL,
            form_token        TEXT NOT NULL,
            break_glass_until INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX web_session_by_person ON web_session (person);

        CREATE TABLE break_glass (
            id            INTEGER PRIMARY KEY,
            person        TEXT NOT NULL,
            at            INTEGER NOT NULL,
            until_at      INTEGER NOT NULL,
            reason        TEXT NOT NULL,
            reviewed_by   TEXT,
            reviewed_at   INTEGER,
            CHECK ((reviewed_by IS NULL) = (reviewed_at IS NULL))
        ) STRICT;

        CREATE TABLE feed_token (
            id            INTEGER PRIMARY KEY,
            person        TEXT NOT NULL,
            token_hash    BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
            made_at       INTEGER NOT NULL,
            used_at       INTEGER,
            revoked_at    INTEGER
        ) STRICT;
        CREATE INDEX feed_token_by_person ON feed_token (person);
        """

    private static let cursor = """
        CREATE TABLE cursor (
            store            TEXT PRIMARY KEY,
            change           INTEGER,
            starts_up_to     INTEGER,
            reconciled_at    INTEGER,
            horizon          INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE look_again (
            store         TEXT NOT NULL,
            client        TEXT NOT NULL,
            due_at        INTEGER NOT NULL,
            PRIMARY KEY (store, client)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX look_again_due ON look_again (store, due_at);

        CREATE TABLE meta (
            name          TEXT PRIMARY KEY,
            value         TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
