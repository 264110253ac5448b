"""Prints the table of what lies in a folder of results: table.py RESULTS."""

import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def ratios(rows):
    """Median CPU time of an image's step over the median of SimCLR's."""
    times = defaultdict(list)
    for row in rows:
        times[row["recipe"]].append(row["cpu_s"] / row["images"])
    base = median(times["simclr-small"]) if times else None
    return {recipe: median(values) / base for recipe, values in times.items()}


def growth(rows):
    """Resident megabytes near step 500 and at the end."""
    memory = defaultdict(list)
    for row in rows:
        memory[row["recipe"]].append((row["step"], row["resident_mb"]))
    return {
        recipe: (min(points, key=lambda p: abs(p[0] - 500))[1], points[-1][1]) for recipe, points in memory.items()
    }


def percent(value):
    return f"{100 * value:.1f} %"


def main(folder):
    folder = Path(folder)
    cost = ratios(lines(folder / "cost.jsonl"))
    memory = growth(lines(folder / "memory.jsonl"))
    print("| method | random: kNN | linear | pretrained: kNN | linear | CPU time of an image, to SimCLR's | MB at step 500, 1,000 |")
    print("|---|---|---|---|---|---|---|")
    rows = []
    for path in folder.glob("*.json"):
        result = json.loads(path.read_text())
        rows.append((-result["pretrained"]["knn"], path.stem, result))
    for _, method, result in sorted(rows):
        name = f"{method}-small"
        print(
            f"| {method} | {percent(result['random']['knn'])} | {percent(result['random']['linear'])}"
            f" | **{percent(result['pretrained']['knn'])}** | **{percent(result['pretrained']['linear'])}**"
            f" | {f'{cost[name]:.2f}' if name in cost else '–'}"
            f" | {', '.join(f'{mb:.0f}' for mb in memory[name]) if name in memory else '–'} |"
        )


if __name__ == "__main__":
    main(sys.argv[1])
