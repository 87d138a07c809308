-- What Sources/vigil/Bench/FeatureFile.swift writes, by DuckDB: out of a CSV file that the sqlite3 shell has exported.
--
-- :now, :unmarked_from and :file stand in the text and are put in by peers.py. Days are days of UTC: the run uses a policy
-- whose zone is UTC, so that nobody has to convert.
CREATE TABLE session AS
SELECT client_id, starts_at, id, starts_at // 86400 AS day,
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
FROM read_csv(:file, header = true, columns = {
    'client_id': 'VARCHAR', 'starts_at': 'BIGINT', 'id': 'VARCHAR', 'status': 'VARCHAR', 'cancelled_at': 'BIGINT'});

CREATE TABLE feature AS
WITH marked AS (
    SELECT *,
        outcome IN ('missed', 'unmarked', 'late') AS is_miss,
        outcome IN ('missed', 'unmarked', 'late', 'kept') AS is_counted,
        CASE outcome WHEN 'late' THEN 1 WHEN 'missed' THEN 2 WHEN 'unmarked' THEN 2 ELSE 0 END AS halves,
        outcome IN ('future', 'kept', 'missed', 'unmarked', 'open') AS is_in_book
    FROM session
), counted AS (
    -- Of the counted sessions alone: the one before, and the last four.
    SELECT client_id, starts_at, id,
        lag(is_miss) OVER w AS missed_before,
        sum(is_miss::INT) OVER (w ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS missed_of_four,
        count(*) OVER (w ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS counted_of_four
    FROM marked WHERE is_counted AND starts_at <= :now
    WINDOW w AS (PARTITION BY client_id ORDER BY starts_at, id)
), around AS (
    SELECT client_id, starts_at, id, outcome, is_miss, day,
        sum(halves) OVER (
            PARTITION BY client_id ORDER BY day RANGE BETWEEN 365 PRECEDING AND CURRENT ROW) AS halves_to_day,
        -- Of the same day, those that did not begin before it are taken out again.
        sum(halves) OVER (
            PARTITION BY client_id, day ORDER BY starts_at RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS halves_not_before,
        count(*) FILTER (outcome = 'kept') OVER b AS kept_before,
        max(day) FILTER (outcome = 'kept') OVER b AS last_kept,
        min(day) FILTER (is_in_book) OVER (
            PARTITION BY client_id ORDER BY starts_at
            RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_in_book
    FROM marked
    WINDOW b AS (PARTITION BY client_id ORDER BY starts_at RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT a.client_id, a.starts_at, a.id, a.outcome,
    a.halves_to_day - a.halves_not_before AS halves,
    CASE WHEN c.missed_before IS NULL THEN 'none' WHEN c.missed_before THEN 'missed' ELSE 'kept' END AS before,
    c.missed_of_four, c.counted_of_four, least(a.kept_before, 3) AS attended,
    coalesce(a.day - a.last_kept, -1) AS since, coalesce((a.next_in_book - a.day <= 30)::INT, 0) AS booked
FROM around a JOIN counted c USING (client_id, starts_at, id)
WHERE a.is_miss AND a.starts_at <= :now
ORDER BY a.client_id, a.starts_at, a.id;
