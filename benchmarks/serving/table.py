"""Prints the tables of raw rows: table.py RESULTS.jsonl..."""

import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

AGREE = 0.10


def number(value, digits=1):
    return "–" if value is None else f"{value:,.{digits}f}"


def middle(rows, key):
    values = [row[key] for row in rows if row.get(key) is not None]
    return median(values) if values else None


def per_cpu(row):
    return row["images"] / row["server_cpu_s"] if row["server_cpu_s"] else None


def stable(rows):
    rates = [row["images_per_s"] for row in rows]
    return "" if max(rates) - min(rates) <= AGREE * median(rates) else " unstable"


def errors(rows):
    counts = defaultdict(int)
    for row in rows:
        for name, count in row["errors"].items():
            counts[name] += count
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))


def grouped(rows, *keys):
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row.get(key) for key in keys)].append(row)
    return groups


def verdict(name, value, allowed, holds):
    print(f"- {name}: **{value}**; target: {allowed}{'' if holds else ' – **missed**'}")


def serving(rows):
    head = rows[0]
    print(f"{head['model']}, {head['side']} px, {head['cores']} cores of {head['cpu']}, load before {head['load_before']:.1f}\n")
    raw = grouped([row for row in rows if row.get("peer") == "raw"], "batch")
    print("| raw ONNX Runtime, batch | images/s | images per CPU-second | batch, ms | |\n|---|---|---|---|---|")
    for (batch,), group in raw.items():
        rate, cpu, milliseconds = (middle(group, key) for key in ("images_per_s", "images_per_cpu_s", "batch_ms"))
        print(f"| {batch} | {number(rate)} | {number(cpu)} | {number(milliseconds)} |{stable(group)} |")
    best_raw = max(middle(group, "images_per_cpu_s") for group in raw.values())

    closed = grouped([row for row in rows if row.get("loop") == "closed"], "callers", "peer")
    print("\n| callers | peer | images/s | per CPU-second | p50 ms | p95 | p99 | mean batch | |\n|---|---|---|---|---|---|---|---|---|")
    for (callers, peer), group in sorted(closed.items()):
        figures = [middle(group, key) for key in ("images_per_s",)] + [median(per_cpu(row) or 0 for row in group)]
        figures += [middle(group, key) for key in ("p50_ms", "p95_ms", "p99_ms", "batch_mean")]
        print(f"| {callers} | {peer} | {' | '.join(map(number, figures))} | {errors(group)}{stable(group)} |")
    ours = {callers: group for (callers, peer), group in closed.items() if peer == "parallax"}
    theirs = {callers: group for (callers, peer), group in closed.items() if peer == "node"}
    busiest = max(ours)
    # what a run of a full batch takes while all executors run one
    service_ms = middle(ours[busiest], "batch_ms")

    opened = grouped([row for row in rows if row.get("loop") == "open"], "share", "queue")
    print(f"\nOpen loop; a batch of {number(middle(ours[busiest], 'batch_mean'))} images takes {number(service_ms)} ms\n")
    print("| share of capacity | queue | offered/s | answered/s | p50 ms | p95 | p99 | refused | refusal p99, ms | latest send, ms | |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for (share, queue), group in opened.items():
        keys = ("rate", "images_per_s", "p50_ms", "p95_ms", "p99_ms")
        offered = [(row["refused"]) / max(1, row["refused"] + row["images"]) for row in group]
        cells = [number(middle(group, key)) for key in keys] + [f"{100 * median(offered):.1f} %"]
        cells += [number(middle(group, "refusal_p99_ms"), 2), number(middle(group, "latest_send_ms"))]
        print(f"| {share} % | {queue} | {' | '.join(cells)} | {errors(group)}{stable(group)} |")

    print()
    best = max(median(per_cpu(row) or 0 for row in group) for group in ours.values())
    verdict("images per CPU-second to the raw loop's best", f"{best / best_raw:.2f}", "0.95 or more", best / best_raw >= 0.95)
    ratios = {c: middle(ours[c], "images_per_s") / (middle(theirs[c], "images_per_s") or 1) for c in sorted(ours) if c in theirs}
    cpu = {c: median(per_cpu(r) or 0 for r in ours[c]) / (median(per_cpu(r) or 0 for r in theirs[c]) or 1) for c in ratios}
    peak = max(middle(g, "images_per_s") for g in ours.values()) / max(middle(g, "images_per_s") for g in theirs.values())
    verdict("most images/s to Node's most", f"{peak:.2f}", "1.5 or more", peak >= 1.5)
    print(f"- images/s to Node's, by callers: {', '.join(f'{c}: {ratio:.2f}' for c, ratio in ratios.items())}")
    print(f"- images per CPU-second to Node's, by callers: {', '.join(f'{c}: {ratio:.2f}' for c, ratio in cpu.items())}")
    for (share, queue), group in opened.items():
        if share >= 80:
            batches = (middle(group, "p99_ms") or 0) / service_ms
            verdict(f"p99 at {share} %, in batches", f"{batches:.2f}", "under 4", batches < 4)
        if share > 100:
            refusal = middle(group, "refusal_p99_ms")
            verdict("99 % of refusals within", f"{number(refusal, 2)} ms", "at once", refusal is not None and refusal < service_ms)
    print()


def bulk(rows):
    last = rows[-1]
    print(f"bulk: {last['images']:,} images in {last['seconds']:.1f} s, {last['images_per_s']:,.0f} images/s, {last['errors']} errors\n")
    print(f"| MiB (client's heap limit {last['heap_limit_mib']}) | min | max | last |\n|---|---|---|---|")
    for name, key in (("client heap in use", "heap_mib"), ("server resident memory", "server_resident_mib")):
        values = [row[key] for row in rows]
        print(f"| {name} | {min(values):.0f} | {max(values):.0f} | {values[-1]:.0f} |")
    quarters = [row["server_resident_mib"] for row in rows if row["seconds"] > last["seconds"] / 4]
    print(f"\nserver resident memory from the first quarter on: {min(quarters):.0f} to {max(quarters):.0f} MiB\n")


def main(paths):
    for path in paths:
        rows = [json.loads(line) for line in Path(path).read_text().splitlines()]
        bulk(rows) if "heap_mib" in rows[0] else serving(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
