-- The tables of config/stores/practice.sql for PostgreSQL 13 or later: what each column means stands there.
--
-- Which clients changed is kept by triggers, with the transaction that changed them: vigil asks for those at or after the oldest
-- transaction that was still open at its last look, so a slow transaction is never passed over (config/stores/practice.yaml).
--
-- Make an account that may read and nothing else, and name no table of notes:
--   CREATE ROLE vigil_reader LOGIN PASSWORD '…';
--   GRANT SELECT ON ALL TABLES IN SCHEMA public TO vigil_reader;

CREATE TABLE therapist (id text PRIMARY KEY, name text NOT NULL, team text);

CREATE TABLE client (
    id text PRIMARY KEY, name text NOT NULL, born_on text, standing text NOT NULL DEFAULT 'active', therapist_id text,
    therapist_changed_on text, first_contact_on text, phone text, contact_preference text, safe_to_call int,
    voicemail_allowed int, guardian_contact int, emergency_contact int, safety_plan int, pregnant int, delivered_on text,
    clinician_flag int, clinician_flag_since text, anniversary text, part2 int
);

CREATE TABLE session (
    client_id text NOT NULL, starts_at bigint NOT NULL, id text NOT NULL, therapist_id text,
    duration_minutes int NOT NULL DEFAULT 50, kind text NOT NULL DEFAULT 'individual',
    status text NOT NULL DEFAULT 'scheduled', reason text, cancelled_at bigint, PRIMARY KEY (client_id, starts_at, id)
);
CREATE INDEX session_by_start ON session (starts_at);

CREATE TABLE contact (
    client_id text NOT NULL, at bigint NOT NULL, outcome text NOT NULL, plan_documented int NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, at, outcome)
);
CREATE TABLE diagnosis (client_id text NOT NULL, code text NOT NULL, PRIMARY KEY (client_id, code));
CREATE TABLE screen (
    client_id text NOT NULL, id text NOT NULL, instrument text NOT NULL, taken_on text, total int, item9 int, ideation int,
    behaviour int, PRIMARY KEY (client_id, id)
);
CREATE TABLE event (
    client_id text NOT NULL, id text NOT NULL, kind text NOT NULL, happened_on text, detail text, suicide_related int,
    PRIMARY KEY (client_id, id)
);
CREATE TABLE medication (
    client_id text NOT NULL, id text NOT NULL, class text NOT NULL, status text NOT NULL, noted_on text,
    PRIMARY KEY (client_id, id)
);
CREATE TABLE treatment (client_id text PRIMARY KEY, protocol text NOT NULL, trauma_focused int, sessions_attended int);
CREATE TABLE care_plan (client_id text PRIMARY KEY, cadence_days int, safety_plan_review_on text, next_step text);
CREATE TABLE coverage (client_id text PRIMARY KEY, payer text, fee_cents int);
CREATE TABLE waiting_list (id text PRIMARY KEY, client_id text, since text, therapist_id text, kind text);

-- Only ever added to, so that no transaction waits for another because of it. Everything is read once a day too, so what is
-- older may go: DELETE FROM client_change WHERE noted_at < now() - interval '7 days';
CREATE TABLE client_change (
    changed_in xid8 NOT NULL, client_id text NOT NULL, noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (changed_in, client_id)
);

CREATE FUNCTION note_client_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    key text := TG_ARGV[0];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO client_change VALUES (pg_current_xact_id(), to_jsonb(old) ->> key) ON CONFLICT DO NOTHING;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO client_change VALUES (pg_current_xact_id(), to_jsonb(new) ->> key) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    held text;
BEGIN
    FOREACH held IN ARRAY ARRAY['session', 'contact', 'diagnosis', 'screen', 'event', 'medication', 'treatment', 'care_plan']
    LOOP
        EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION note_client_change(''client_id'')', held);
    END LOOP;
END
$$;
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON client
    FOR EACH ROW EXECUTE FUNCTION note_client_change('id');
