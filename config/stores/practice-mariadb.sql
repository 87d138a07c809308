-- The tables of config/stores/practice.sql for MariaDB 10.6 or later: what each column means stands there.
--
-- Which clients changed is kept by triggers, with the time; vigil reads the last hour's again with each poll, so a transaction of
-- less than an hour is never passed over, and everything once a day (config/stores/practice.yaml).
--
-- Make an account that may read and nothing else, and give it no table of notes:
--   CREATE USER 'vigil_reader'@'localhost' IDENTIFIED BY '…';
--   GRANT SELECT ON practice.* TO 'vigil_reader'@'localhost';

-- Ids are opaque: compared byte by byte.
SET NAMES utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE therapist (id varchar(255) PRIMARY KEY, name mediumtext NOT NULL, team mediumtext) COLLATE utf8mb4_bin;
CREATE TABLE client (
    id varchar(255) PRIMARY KEY, name mediumtext NOT NULL, born_on mediumtext, standing mediumtext NOT NULL DEFAULT 'active',
    therapist_id mediumtext, therapist_changed_on mediumtext, first_contact_on mediumtext, phone mediumtext, contact_preference mediumtext,
    safe_to_call int, voicemail_allowed int, guardian_contact int, emergency_contact int, safety_plan int, pregnant int,
    delivered_on mediumtext, clinician_flag int, clinician_flag_since mediumtext, anniversary mediumtext, part2 int
) COLLATE utf8mb4_bin;
CREATE TABLE session (
    client_id varchar(255) NOT NULL, starts_at bigint NOT NULL, id varchar(255) NOT NULL, therapist_id mediumtext,
    duration_minutes int NOT NULL DEFAULT 50, kind mediumtext NOT NULL DEFAULT 'individual',
    status mediumtext NOT NULL DEFAULT 'scheduled', reason mediumtext, cancelled_at bigint, PRIMARY KEY (client_id, starts_at, id),
    KEY session_by_start (starts_at)
) COLLATE utf8mb4_bin;
CREATE TABLE contact (
    client_id varchar(255) NOT NULL, at bigint NOT NULL, outcome varchar(64) NOT NULL,
    plan_documented int NOT NULL DEFAULT 0, PRIMARY KEY (client_id, at, outcome)
) COLLATE utf8mb4_bin;
CREATE TABLE diagnosis (
    client_id varchar(255) NOT NULL, code varchar(64) NOT NULL, PRIMARY KEY (client_id, code)
) COLLATE utf8mb4_bin;
CREATE TABLE screen (
    client_id varchar(255) NOT NULL, id varchar(255) NOT NULL, instrument mediumtext NOT NULL, taken_on mediumtext, total int,
    item9 int, ideation int, behaviour int, PRIMARY KEY (client_id, id)
) COLLATE utf8mb4_bin;
CREATE TABLE event (
    client_id varchar(255) NOT NULL, id varchar(255) NOT NULL, kind mediumtext NOT NULL, happened_on mediumtext, detail mediumtext,
    suicide_related int, PRIMARY KEY (client_id, id)
) COLLATE utf8mb4_bin;
CREATE TABLE medication (
    client_id varchar(255) NOT NULL, id varchar(255) NOT NULL, class mediumtext NOT NULL, status mediumtext NOT NULL, noted_on mediumtext,
    PRIMARY KEY (client_id, id)
) COLLATE utf8mb4_bin;
CREATE TABLE treatment (
    client_id varchar(255) PRIMARY KEY, protocol mediumtext NOT NULL, trauma_focused int, sessions_attended int
) COLLATE utf8mb4_bin;
CREATE TABLE care_plan (
    client_id varchar(255) PRIMARY KEY, cadence_days int, safety_plan_review_on mediumtext, next_step text
) COLLATE utf8mb4_bin;
CREATE TABLE coverage (client_id varchar(255) PRIMARY KEY, payer mediumtext, fee_cents int) COLLATE utf8mb4_bin;
CREATE TABLE waiting_list (
    id varchar(255) PRIMARY KEY, client_id mediumtext, since mediumtext, therapist_id mediumtext, kind text
) COLLATE utf8mb4_bin;

-- Only ever added to. What is older than a week may go: DELETE FROM client_change WHERE noted_at < NOW() - INTERVAL 7 DAY;
CREATE TABLE client_change (
    noted_at timestamp(6) NOT NULL DEFAULT NOW(6), client_id varchar(255) NOT NULL, KEY client_change_by_time (noted_at)
) COLLATE utf8mb4_bin;

CREATE TRIGGER session_insert_noted AFTER INSERT ON session FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (NEW.client_id);
CREATE TRIGGER session_update_noted AFTER UPDATE ON session FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id), (NEW.client_id);
CREATE TRIGGER session_delete_noted AFTER DELETE ON session FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id);
CREATE TRIGGER contact_insert_noted AFTER INSERT ON contact FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (NEW.client_id);
CREATE TRIGGER contact_update_noted AFTER UPDATE ON contact FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id), (NEW.client_id);
CREATE TRIGGER contact_delete_noted AFTER DELETE ON contact FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id);
CREATE TRIGGER diagnosis_insert_noted AFTER INSERT ON diagnosis FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (NEW.client_id);
CREATE TRIGGER diagnosis_update_noted AFTER UPDATE ON diagnosis FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id), (NEW.client_id);
CREATE TRIGGER diagnosis_delete_noted AFTER DELETE ON diagnosis FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id);
CREATE TRIGGER screen_insert_noted AFTER INSERT ON screen FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (NEW.client_id);
CREATE TRIGGER screen_update_noted AFTER UPDATE ON screen FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id), (NEW.client_id);
CREATE TRIGGER screen_delete_noted AFTER DELETE ON screen FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id);
CREATE TRIGGER event_insert_noted AFTER INSERT ON event FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (NEW.client_id);
CREATE TRIGGER event_update_noted AFTER UPDATE ON event FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id), (NEW.client_id);
CREATE TRIGGER event_delete_noted AFTER DELETE ON event FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id);
CREATE TRIGGER medication_insert_noted AFTER INSERT ON medication FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (NEW.client_id);
CREATE TRIGGER medication_update_noted AFTER UPDATE ON medication FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id), (NEW.client_id);
CREATE TRIGGER medication_delete_noted AFTER DELETE ON medication FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id);
CREATE TRIGGER treatment_insert_noted AFTER INSERT ON treatment FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (NEW.client_id);
CREATE TRIGGER treatment_update_noted AFTER UPDATE ON treatment FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id), (NEW.client_id);
CREATE TRIGGER treatment_delete_noted AFTER DELETE ON treatment FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id);
CREATE TRIGGER care_plan_insert_noted AFTER INSERT ON care_plan FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (NEW.client_id);
CREATE TRIGGER care_plan_update_noted AFTER UPDATE ON care_plan FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id), (NEW.client_id);
CREATE TRIGGER care_plan_delete_noted AFTER DELETE ON care_plan FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.client_id);
CREATE TRIGGER client_insert_noted AFTER INSERT ON client FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (NEW.id);
CREATE TRIGGER client_update_noted AFTER UPDATE ON client FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.id), (NEW.id);
CREATE TRIGGER client_delete_noted AFTER DELETE ON client FOR EACH ROW
    INSERT INTO client_change (client_id) VALUES (OLD.id);
