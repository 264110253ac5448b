"""Draws heap, resident memory and threads over time as an SVG beside the raw rows: plot.py RESULTS.jsonl."""

import json
import sys
from pathlib import Path

WIDTH, PANEL, LEFT, RIGHT, GAP = 720, 110, 60, 12, 34
PANELS = (("heap after a collection, MiB", "heap_mib"), ("resident memory, MiB", "resident_mib"), ("threads", "threads"))


def panel(title, values, minutes, top):
    """One curve from 0 to a tenth over its most."""
    most = 1.1 * max(values) or 1
    across = (WIDTH - LEFT - RIGHT) / (max(minutes) or 1)
    points = " ".join(f"{LEFT + m * across:.1f},{top + PANEL * (1 - v / most):.1f}" for m, v in zip(minutes, values))
    bottom = top + PANEL
    return [
        f'<text x="{LEFT}" y="{top - 8}" font-weight="bold">{title}</text>',
        f'<path d="M{LEFT} {top}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="#999"/>',
        f'<polyline points="{points}" fill="none" stroke="#06c" stroke-width="1.5"/>',
        f'<text x="{LEFT - 6}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{LEFT - 6}" y="{top + PANEL * (1 - values[-1] / most) + 4:.1f}" text-anchor="end">{values[-1]:.0f}</text>',
    ]


def draw(path):
    samples = [row for row in map(json.loads, Path(path).read_text().splitlines()) if "heap_mib" in row and not row.get("end")]
    minutes = [row["at_s"] / 60 for row in samples]
    height = len(PANELS) * (PANEL + GAP) + GAP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for number, (title, key) in enumerate(PANELS):
        lines += panel(title, [row[key] for row in samples], minutes, GAP + number * (PANEL + GAP))
    lines += [f'<text x="{WIDTH - RIGHT}" y="{height - 14}" text-anchor="end">{max(minutes):.0f} min</text>', "</svg>"]
    Path(path).with_suffix(".svg").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    draw(sys.argv[1])
