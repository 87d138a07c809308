/* Steps through the sessions of a practice store in client order and does nothing else: the least that a program which
   reads the store through SQLite can cost.

   step FILE bare       sqlite3_step alone
   step FILE columns    every column of every row is asked for as well
   step FILE features   and the features of FeatureFile.swift are computed, in 80 lines and with no other rule beside them;
                        NOW and UNMARKED_FROM follow, then the file to write to

   One connection, one core; multi-thread mode and 8 MB of page cache, as vigil has them. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const query =
    "SELECT client_id, starts_at, id, therapist_id, duration_minutes, kind, status, reason, cancelled_at "
    "FROM session ORDER BY client_id, starts_at, id";
enum { COLUMNS = 9, MOST = 100000 };
enum outcome { OFF, LATE, FUTURE, KEPT, MISSED, UNMARKED, OPEN };

struct session {
    long start, day;
    enum outcome outcome;
    char id[64];
};

static struct session sessions[MOST];
static int count;
static char client[256];
static long now, unmarked_from;
static FILE *out;

static int is_miss(enum outcome o) { return o == LATE || o == MISSED || o == UNMARKED; }

static enum outcome outcome(sqlite3_stmt *row, long start) {
    const char *status = (const char *)sqlite3_column_text(row, 6);
    if (!strcmp(status, "excused") || !strcmp(status, "rescheduled") || !strcmp(status, "entered_in_error")
        || !strcmp(status, "provider_cancel"))
        return OFF;
    if (!strcmp(status, "late_cancel")) return LATE;
    if (!strcmp(status, "client_cancel"))
        return sqlite3_column_type(row, 8) == SQLITE_INTEGER && start - sqlite3_column_int64(row, 8) >= 86400 ? OFF : LATE;
    if (start > now) return FUTURE;
    if (!strcmp(status, "attended") || !strcmp(status, "arrived")) return KEPT;
    if (!strcmp(status, "missed") || !strcmp(status, "left_unseen")) return MISSED;
    return start < unmarked_from ? UNMARKED : OPEN;
}

static void write_one(int index) {
    static const char *const names[] = {"", "late", "", "", "missed", "unmarked", ""};
    const struct session *s = &sessions[index];
    int halves = 0, counted = 1, missed = 1, attended = 0, booked = 0;
    long since = -1;
    const char *before = "none";
    int first = index;
    while (first > 0 && sessions[first - 1].start == s->start) first--;
    for (int i = first - 1; i >= 0; i--) {
        enum outcome o = sessions[i].outcome;
        if (is_miss(o) && s->day - sessions[i].day <= 365) halves += o == LATE ? 1 : 2;
        if (is_miss(o) || o == KEPT) {
            if (!strcmp(before, "none")) before = is_miss(o) ? "missed" : "kept";
            if (counted < 4) counted++, missed += is_miss(o);
        }
        if (o == KEPT) {
            if (since < 0) since = s->day - sessions[i].day;
            if (attended < 3) attended++;
        }
    }
    for (int i = index + 1; i < count && sessions[i].day - s->day <= 30; i++)
        if (sessions[i].start > s->start && sessions[i].outcome != OFF && sessions[i].outcome != LATE) booked = 1;
    fprintf(out, "%s,%ld,%s,%s,%d,%s,%d,%d,%d,%ld,%d\n", client, s->start, s->id, names[s->outcome], halves, before, missed,
            counted, attended, since, booked);
}

static void finish_client(void) {
    for (int i = 0; i < count; i++)
        if (sessions[i].start <= now && is_miss(sessions[i].outcome)) write_one(i);
    count = 0;
}

static void add(sqlite3_stmt *row) {
    const char *id = (const char *)sqlite3_column_text(row, 0);
    if (strcmp(id, client)) {
        finish_client();
        snprintf(client, sizeof client, "%s", id);
    }
    if (count == MOST) exit(3);
    struct session *s = &sessions[count++];
    s->start = sqlite3_column_int64(row, 1);
    s->day = s->start / 86400;
    s->outcome = outcome(row, s->start);
    snprintf(s->id, sizeof s->id, "%s", sqlite3_column_text(row, 2));
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    sqlite3 *db;
    sqlite3_stmt *row;
    if (argc < 3) return 64;
    int mode = !strcmp(argv[2], "features") ? 2 : !strcmp(argv[2], "columns");
    if (mode == 2) {
        if (argc < 6 || !(out = fopen(argv[5], "w"))) return 64;
        now = atol(argv[3]), unmarked_from = atol(argv[4]);
    }
    double start = seconds();
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL)
        || sqlite3_exec(db, "PRAGMA cache_size = -8000; PRAGMA mmap_size = 0", NULL, NULL, NULL)
        || sqlite3_prepare_v2(db, query, -1, &row, NULL)) {
        fprintf(stderr, "step: %s\n", sqlite3_errmsg(db));
        return 1;
    }
    long rows = 0, sum = 0;
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        rows++;
        if (mode == 2) add(row);
        for (int i = 0; mode == 1 && i < COLUMNS; i++) {
            if (sqlite3_column_type(row, i) == SQLITE_TEXT) {
                const unsigned char *text = sqlite3_column_text(row, i);
                sum += sqlite3_column_bytes(row, i) + text[0];
            } else {
                sum += sqlite3_column_int64(row, i);
            }
        }
    }
    if (code != SQLITE_DONE) return 1;
    if (mode == 2) {
        finish_client();
        if (fclose(out)) return 1;
    }
    sqlite3_finalize(row);
    sqlite3_close(db);
    /* The sum keeps the compiler from leaving the work out. */
    printf("%ld %.4f %ld\n", rows, seconds() - start, sum);
    return 0;
}
