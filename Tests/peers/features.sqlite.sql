-- What Sources/vigil/Bench/FeatureFile.swift writes, by SQLite's own window functions, on the practice's file itself.
--
-- :now and :unmarked_from are parameters. Days are days of UTC: the run uses a policy whose zone is UTC.
--
-- No FILTER beside min() over a frame of following rows: SQLite 3.40.1 counts the filtered rows there.
--
-- The counted sessions go to a table of their own with a key: joined as a part of one statement, SQLite compares each with each.
CREATE TEMP TABLE counted (
    client_id TEXT, starts_at INTEGER, id TEXT, missed_before INTEGER, missed_of_four INTEGER, counted_of_four INTEGER,
    PRIMARY KEY (client_id, starts_at, id)) WITHOUT ROWID;

INSERT INTO counted
WITH session_outcome AS (
    SELECT client_id, starts_at, id, starts_at / 86400 AS day,
        CASE
            WHEN status IN ('excused', 'rescheduled', 'entered_in_error', 'provider_cancel') THEN 'off'
            WHEN status = 'late_cancel' THEN 'late'
            WHEN status = 'client_cancel' THEN
                CASE WHEN starts_at - cancelled_at >= 86400 THEN 'off' ELSE 'late' END
            WHEN starts_at > :now THEN 'future'
            WHEN status IN ('attended', 'arrived') THEN 'kept'
            WHEN status IN ('missed', 'left_unseen') THEN 'missed'
            WHEN starts_at < :unmarked_from THEN 'unmarked'
            ELSE 'open'
        END AS outcome
    FROM session
), marked AS (
    SELECT *,
        outcome IN ('missed', 'unmarked', 'late') AS is_miss,
        CASE outcome WHEN 'late' THEN 1 WHEN 'missed' THEN 2 WHEN 'unmarked' THEN 2 ELSE 0 END AS halves,
        CASE WHEN outcome IN ('future', 'kept', 'missed', 'unmarked', 'open') THEN day END AS day_in_book
    FROM session_outcome
)
SELECT client_id, starts_at, id,
    lag(is_miss) OVER w AS missed_before,
    sum(is_miss) OVER (w ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS missed_of_four,
    count(*) OVER (w ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS counted_of_four
FROM marked WHERE outcome IN ('missed', 'unmarked', 'late', 'kept') AND starts_at <= :now
WINDOW w AS (PARTITION BY client_id ORDER BY starts_at, id);

WITH session_outcome AS (
    SELECT client_id, starts_at, id, starts_at / 86400 AS day,
        CASE
            WHEN status IN ('excused', 'rescheduled', 'entered_in_error', 'provider_cancel') THEN 'off'
            WHEN status = 'late_cancel' THEN 'late'
            WHEN status = 'client_cancel' THEN
                CASE WHEN starts_at - cancelled_at >= 86400 THEN 'off' ELSE 'late' END
            WHEN starts_at > :now THEN 'future'
            WHEN status IN ('attended', 'arrived') THEN 'kept'
            WHEN status IN ('missed', 'left_unseen') THEN 'missed'
            WHEN starts_at < :unmarked_from THEN 'unmarked'
            ELSE 'open'
        END AS outcome
    FROM session
), marked AS (
    SELECT *,
        outcome IN ('missed', 'unmarked', 'late') AS is_miss,
        CASE outcome WHEN 'late' THEN 1 WHEN 'missed' THEN 2 WHEN 'unmarked' THEN 2 ELSE 0 END AS halves,
        CASE WHEN outcome IN ('future', 'kept', 'missed', 'unmarked', 'open') THEN day END AS day_in_book
    FROM session_outcome
), around AS (
    SELECT client_id, starts_at, id, outcome, is_miss, day,
        sum(halves) OVER (
            PARTITION BY client_id ORDER BY day RANGE BETWEEN 365 PRECEDING AND CURRENT ROW) AS halves_to_day,
        sum(halves) OVER (
            PARTITION BY client_id, day ORDER BY starts_at RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS halves_not_before,
        count(*) FILTER (WHERE outcome = 'kept') OVER b AS kept_before,
        max(day) FILTER (WHERE outcome = 'kept') OVER b AS last_kept,
        min(day_in_book) OVER (
            PARTITION BY client_id ORDER BY starts_at
            RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_in_book
    FROM marked
    WINDOW b AS (PARTITION BY client_id ORDER BY starts_at RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT a.client_id, a.starts_at, a.id, a.outcome,
    a.halves_to_day - a.halves_not_before AS halves,
    CASE WHEN c.missed_before IS NULL THEN 'none' WHEN c.missed_before THEN 'missed' ELSE 'kept' END AS before,
    c.missed_of_four, c.counted_of_four, min(a.kept_before, 3) AS attended,
    coalesce(a.day - a.last_kept, -1) AS since, coalesce(a.next_in_book - a.day <= 30, 0) AS booked
FROM around a JOIN counted c USING (client_id, starts_at, id)
WHERE a.is_miss AND a.starts_at <= :now
ORDER BY a.client_id, a.starts_at, a.id;
