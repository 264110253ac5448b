"""Prints a table for each sweep that lies in a folder of results: table.py RESULTS."""

import json
import sys
from pathlib import Path
from statistics import mean


def percent(statistic):
    if statistic["mean"] is None:
        return "–"
    spread = "" if statistic["deviation"] is None else f" ± {100 * statistic['deviation']:.1f}"
    return f"{100 * statistic['mean']:.1f}{spread} %"


def number(values):
    present = [value for value in values if value is not None]
    return f"{mean(present):.2f}" if present else "–"


def table(path):
    sweep = json.loads(path.read_text())
    factors = list(sweep["varied"])
    seeds = len({run["seed"] for run in sweep["runs"]})
    print(f"{path.stem}: {sweep['recipe']}, {seeds} seed{'s' if seeds > 1 else ''}\n")
    print(f"| {' | '.join(f'`{factor}`' for factor in factors)} | kNN | linear | feature spread | loss |")
    print("|---" * (len(factors) + 4) + "|")
    for group in sweep["combinations"]:
        runs = [run for run in sweep["runs"] if run["values"] == group["values"]]
        cells = [*group["values"].values(), percent(group["knn"]), percent(group["linear"])]
        cells += [number(run[key] for run in runs) for key in ("feature_spread", "loss")]
        print(f"| {' | '.join(cells)} |")
    print()


def main(folder):
    for path in sorted(Path(folder).glob("*.json")):
        table(path)


if __name__ == "__main__":
    main(sys.argv[1])
