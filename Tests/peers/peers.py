#!/usr/bin/env python3
"""The features of vigil's attendance rules by programs of other hands, on the same store, compared row by row.

    peers.py check STORE FEATURES      FEATURES is what 'vigil bench --practice STORE --features FEATURES' wrote
    peers.py measure STORE VIGIL POLICY [--runs N]

Needs gcc, the sqlite3 shell and its library; without the Python package duckdb that peer is skipped, loudly.
The store is one that 'vigil bench --make' made: the times below belong to it.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
# Bench.now, and midnight of the Friday before that Monday: from there on the next working day has not ended, and a session
# that nobody marked is not missed yet (config/policy.yaml, in UTC).
NOW = 1772463600
UNMARKED_FROM = 1772150400


def load_duckdb():
    try:
        import duckdb
    except ImportError:
        print("SKIPPED: DuckDB as a peer: 'deploy/setup test' installs it", file=sys.stderr)
        return None
    return duckdb


def text(name, **values):
    sql = (HERE / name).read_text()
    for key, value in {"now": NOW, "unmarked_from": UNMARKED_FROM, **values}.items():
        sql = sql.replace(f":{key}", str(value))
    return sql


def run(command, **more):
    """Wall seconds, processor seconds of all threads, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, check=True, stdout=more.pop("stdout", subprocess.PIPE), **more)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, done.stdout


def compile_step(folder):
    program = folder / "step"
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", program, HERE / "step.c", "-lsqlite3"], check=True)
    return program


def by_step(program, store, out):
    return run([program, store, "features", str(NOW), str(UNMARKED_FROM), out])


def by_sqlite(store, out):
    with open(out, "w") as file:
        return run(
            ["sqlite3", "-readonly", "-batch", store], input=".mode csv\n.separator ',' \"\\n\"\n" + text("features.sqlite.sql"),
            stdout=file, text=True)


def by_duckdb(duckdb, store, out, folder):
    """Export by the sqlite3 shell, load, query: wall seconds of each, and processor seconds of all."""
    csv = folder / "session.csv"
    with open(csv, "w") as file:
        export, cpu, _ = run(
            ["sqlite3", "-readonly", "-batch", "-csv", "-header", store,
             "SELECT client_id, starts_at, id, status, cancelled_at FROM session"], stdout=file)
    before = time.process_time()
    # The statements of a text, one by one, so that load and query are told apart.
    load, query = [part for part in text("features.duckdb.sql", file=f"'{csv}'").split(";\n") if "CREATE" in part]
    connection = duckdb.connect()
    times = []
    for statement in (load, query):
        start = time.monotonic()
        connection.execute(statement)
        times.append(time.monotonic() - start)
    cpu += time.process_time() - before
    connection.execute(f"COPY (SELECT * FROM feature ORDER BY client_id, starts_at, id) TO '{out}' (HEADER false)")
    connection.close()
    csv.unlink()
    return (export, *times), cpu


def differences(name, ours, theirs, most=5):
    """Compares two files line by line; prints the first differences, and returns how many there are."""
    count = lines = 0
    with open(ours) as left, open(theirs) as right:
        while True:
            a, b = left.readline(), right.readline()
            if not a and not b:
                break
            lines += 1
            if a.rstrip("\n") != b.rstrip("\r\n"):
                count += 1
                if count <= most:
                    print(f"DIFFERENT {name} line {lines}: vigil '{a.rstrip()}' {name} '{b.rstrip()}'")
    if count == 0:
        print(f"EQUAL {name} {lines}")
    return count


def check(arguments):
    duckdb = load_duckdb()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        peers = {"step": lambda out: by_step(compile_step(folder), arguments.store, out),
                 "sqlite": lambda out: by_sqlite(arguments.store, out)}
        if duckdb:
            peers["duckdb"] = lambda out: by_duckdb(duckdb, arguments.store, out, folder)
        wrong = 0
        for peer, compute in peers.items():
            out = folder / f"{peer}.csv"
            compute(out)
            wrong += differences(peer, arguments.features, out)
    return 1 if wrong else 0


def middle(values):
    return f"{statistics.median(values):7.2f}  ({min(values):.2f} - {max(values):.2f})"


def measure(arguments):
    duckdb = load_duckdb()
    rows = []
    store, vigil = arguments.store, arguments.vigil

    def note(name, walls, cpus, ratio_of=None):
        rows.append((name, walls, cpus))
        print(f"{name:44}{middle(walls)}   cpu {middle(cpus)}", flush=True)

    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = pathlib.Path(name)
        step = compile_step(folder)
        # Once, so that the file is in memory for everybody.
        run([step, store, "bare"])
        print(f"{'seconds, median of ' + str(arguments.runs) + ', least and most':44}{'wall':>7}")
        for variant in ("bare", "columns"):
            done = [run([step, store, variant]) for _ in range(arguments.runs)]
            note(f"C, one core: step, {variant}", [d[0] for d in done], [d[1] for d in done])
        done = [by_step(step, store, folder / "step.csv") for _ in range(arguments.runs)]
        note("C, one core: step and features", [d[0] for d in done], [d[1] for d in done])

        ours = folder / "vigil.csv"
        done = [run([vigil, "bench", "--policy", arguments.policy, "--practice", store, "--features", ours])
                for _ in range(arguments.runs)]
        note("vigil: the same features", [d[0] for d in done], [d[1] for d in done])
        result = run([vigil, "bench", "--policy", arguments.policy, "--practice", store, "--only", "reconcile",
                      "--runs", str(arguments.runs), "--json"])[2]
        measured = {row["measurement"]: row for row in json.loads(result)}
        for key, row in measured.items():
            print(f"vigil: {key:37}{row['median'] / 1000:7.2f}  ({row['least'] / 1000:.2f} - {row['most'] / 1000:.2f})"
                  f"   peak {row['peak_mb']:.0f} MB")

        wrong = differences("step", ours, folder / "step.csv")
        if duckdb:
            done = [by_duckdb(duckdb, store, folder / "duckdb.csv", folder) for _ in range(arguments.runs)]
            note(f"DuckDB {duckdb.__version__}: export, load, query", [sum(d[0]) for d in done], [d[1] for d in done])
            for place, part in enumerate(("export", "load", "query")):
                print(f"    {part:40}{middle([d[0][place] for d in done])}")
            wrong += differences("duckdb", ours, folder / "duckdb.csv")
        if not arguments.without_sqlite:
            done = [by_sqlite(store, folder / "sqlite.csv")]
            note("SQLite's own window functions", [d[0] for d in done], [d[1] for d in done])
            wrong += differences("sqlite", ours, folder / "sqlite.csv")

        walls = {name: statistics.median(walls) for name, walls, _ in rows}
        full = measured["read, score, plan, both cores"]["median"] / 1000
        print("\nread, score and plan of the whole store (both cores), as a multiple of")
        for name, wall in walls.items():
            if not name.startswith("vigil"):
                print(f"    {name:44}{full / wall:6.2f}")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("check")
    one.add_argument("store")
    one.add_argument("features")
    one.set_defaults(run=check)
    two = commands.add_parser("measure")
    two.add_argument("store")
    two.add_argument("vigil")
    two.add_argument("policy")
    two.add_argument("--runs", type=int, default=3)
    two.add_argument("--folder", default=os.environ.get("TMPDIR", "/tmp"))
    two.add_argument("--without-sqlite", action="store_true")
    two.set_defaults(run=measure)
    arguments = parser.parse_args()
    sys.exit(arguments.run(arguments))


if __name__ == "__main__":
    main()
