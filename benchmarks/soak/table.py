"""Prints tables and verdict of raw rows, exit code 1 when it fails: table.py RESULTS.jsonl."""

import json
import sys
from pathlib import Path
from statistics import median

HEAP_GROWTH = 0.02
THREADS_MORE = 2
LOG_LINES = 100


def thirds(samples):
    """The second and the last third; the first one is for warming up."""
    size = len(samples) // 3
    return samples[size : 2 * size], samples[2 * size :]


def middle(rows, key):
    return median(row[key] for row in rows)


def checks(samples, end):
    """(what, value, allowed, whether it holds) of each."""
    second, last = thirds(samples)
    growth = middle(last, "heap_mib") / middle(second, "heap_mib") - 1
    yield "heap after a collection, last third to second", f"{100 * growth:+.2f} %", "up to +2 %", growth <= HEAP_GROWTH
    yield "wrong answers", end["wrong"], "0", end["wrong"] == 0
    yield "calls that ended otherwise than they should", end["unexpected"], "0", end["unexpected"] == 0
    looks = [*samples, end]
    kept = {key: max(row["held"][key] for row in looks) for key in end["held"]}
    text = ", ".join(f"{value} {key}" for key, value in kept.items())
    yield f"most that is held while nobody calls, {len(looks)} looks", text, "0", not any(kept.values())
    yield "connections after the end", end["connections"], "0", end["connections"] == 0
    more = middle(last, "threads") - middle(second, "threads")
    yield "threads, last third to second", f"{more:+.0f}", f"up to +{THREADS_MORE}", more <= THREADS_MORE
    yield "lines in the service's log", end["log_lines"], f"under {LOG_LINES}", end["log_lines"] < LOG_LINES


def main(path):
    head, *samples, end = [json.loads(line) for line in Path(path).read_text().splitlines()]
    print(f"{head['minutes']} minutes, {head['cores']} cores of {head['cpu']}\n")
    print("| client, outcome | calls |\n|---|---|")
    for outcome, count in end["outcomes"].items():
        print(f"| {outcome} | {count:,} |")
    print(f"| process killed | {end['killed']:,} |")
    second, last = thirds(samples)
    print("\n| median of the looks | second third | last third | after the end |\n|---|---|---|---|")
    for name, key, digits in (
        ("heap after a collection, MiB", "heap_mib", 2),
        ("resident memory, MiB", "resident_mib", 0),
        ("threads", "threads", 0),
        ("open files", "open_files", 0),
        ("connections", "connections", 0),
    ):
        print(f"| {name} | {middle(second, key):,.{digits}f} | {middle(last, key):,.{digits}f} | {end[key]:,.{digits}f} |")
    print()
    fine = True
    for what, value, allowed, holds in checks(samples, end):
        print(f"- {what}: **{value}**; allowed: {allowed}{'' if holds else ' – **missed**'}")
        fine &= holds
    print(f"\nverdict: {'passed' if fine else 'FAILED'}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
