"""Measures the trainer's step beside PyTorch's; `run` starts it with a JDK and a Python that have what is needed."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import zipfile

from rounds import Peer, alternate

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATA = ROOT.parent / "shared" / "data" / "cifar10" / "train-part1.zip"
MAIN = "dev.parallax.trainer.benchmark.TrainingStepBenchmark"

# What the launcher gives to a training worker; PyTorch gets it too, which helps it.
ENVIRONMENT = {
    "OMP_WAIT_POLICY": "passive",
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "MALLOC_TOP_PAD_": "67108864",
    "MALLOC_ARENA_MAX": "1",
}


def options():
    parser = argparse.ArgumentParser(prog="run", description="Measures the trainer's step beside PyTorch's, in turns.")
    parser.add_argument("--only", choices=("net", "pipeline"), help="one of the two comparisons; default: both")
    parser.add_argument("--rounds", type=int, default=7, help="counted rounds of each peer; default: %(default)s")
    parser.add_argument("--warmups", type=int, default=2, help="rounds before them; default: %(default)s")
    parser.add_argument("--net-steps", type=int, default=4, help="steps of a round of net; default: %(default)s")
    parser.add_argument("--pipeline-steps", type=int, default=8, help="steps of a round of pipeline; default: %(default)s")
    parser.add_argument("--batch", type=int, default=256, help="images of a step, each in two views; default: %(default)s")
    parser.add_argument("--width", type=float, default=0.25, help="factor on ResNet-18's channels; default: %(default)s")
    parser.add_argument("--threads", type=int, default=2, help="threads of the network; default: %(default)s")
    parser.add_argument("--data", type=pathlib.Path, default=DATA, help="zip of images in a folder for each class")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "results", help="folder for the raw rows")
    parser.add_argument("--java", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--python", required=True, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    for name in ("rounds", "net_steps", "pipeline_steps", "batch", "threads"):
        if getattr(chosen, name) < 1:
            parser.error(f"--{name.replace('_', '-')} is {getattr(chosen, name)}; allowed: 1 or more")
    if chosen.warmups < 0:
        parser.error(f"--warmups is {chosen.warmups}; allowed: 0 or more")
    return chosen


def java(chosen, *arguments):
    app = ROOT / "trainer-service" / "target" / "quarkus-app"
    class_path = ":".join(f"{app}/{part}/*" for part in ("app", "lib/main", "lib/boot"))
    return [
        chosen.java,
        "-Xmx1g",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dai.djl.offline=true",
        *("-cp", class_path, MAIN, *arguments),
    ]


def shared_arguments(chosen, steps):
    names = ("width", "batch", "threads")
    return [x for name in names for x in (f"--{name}", str(getattr(chosen, name)))] + ["--steps", str(steps)]


def net(chosen):
    arguments = shared_arguments(chosen, chosen.net_steps)
    return measure(
        chosen,
        "net",
        java(chosen, "--views", "tensors", *arguments),
        [chosen.python, str(HERE / "torch_net.py"), *arguments],
    )


def pipeline(chosen):
    arguments = shared_arguments(chosen, chosen.pipeline_steps)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(chosen.data) as archive:
            archive.extractall(folder)
        classes = pathlib.Path(folder)
        while len(inside := [p for p in classes.iterdir() if p.is_dir()]) == 1:
            classes = inside[0]
        return measure(
            chosen,
            "pipeline",
            java(chosen, "--views", "pipeline", "--data", str(chosen.data.resolve()), *arguments),
            [chosen.python, str(HERE / "torch_script.py"), "--data", str(classes), *arguments],
        )


def measure(chosen, title, ours, theirs):
    environment = {**os.environ, **ENVIRONMENT}
    print(f"\n{title}: {chosen.warmups} + {chosen.rounds} rounds", file=sys.stderr)
    with contextlib.ExitStack() as running:
        peers = [
            running.enter_context(Peer("parallax", ours, environment)),
            running.enter_context(Peer("pytorch", theirs, environment)),
        ]
        rows = alternate(peers, chosen.warmups, chosen.rounds, _progress)
        versions = {**peers[0].versions, **peers[1].versions}
    summary = summarize(title, rows)
    chosen.out.mkdir(parents=True, exist_ok=True)
    content = [{"environment": environment_of(chosen, versions)}, *rows, {"summary": summary}]
    path = chosen.out / f"{title}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")
    return summary


def _progress(row):
    kind = "round" if row["counted"] else "warm-up"
    print(
        f"  {kind} {row['round']:2d}  {row['peer']:8s}  {row['wall_s'] / row['steps']:.3f} s/step wall"
        f"  {row['cpu_s'] / row['steps']:.3f} s/step CPU  {row['images'] / row['wall_s']:.0f} images/s",
        file=sys.stderr,
    )


def summarize(title, rows):
    counted = {name: [r for r in rows if r["peer"] == name and r["counted"]] for name in ("parallax", "pytorch")}
    table = {
        name: {
            "cpu_s_per_step": _median(r["cpu_s"] / r["steps"] for r in own),
            "wall_s_per_step": _median(r["wall_s"] / r["steps"] for r in own),
            "images_per_s": _median(r["images"] / r["wall_s"] for r in own),
            "resident_mb": _median(r["resident_mb"] for r in own),
        }
        for name, own in counted.items()
    }
    ratios = {key: round(table["parallax"][key] / table["pytorch"][key], 3) for key in table["parallax"]}
    busy = [(r["machine_cpu_s"] - r["cpu_s"]) / r["wall_s"] for own in counted.values() for r in own]
    return {"comparison": title, **table, "ratio": ratios, "cores_used_by_others": round(statistics.mean(busy), 2)}


def _median(values):
    return round(statistics.median(values), 4)


def environment_of(chosen, versions):
    app = ROOT / "trainer-service" / "target" / "quarkus-app" / "lib" / "main"
    native = [p.name for p in app.glob("ai.djl.pytorch.pytorch-*.jar")]
    java_version = subprocess.run([chosen.java, "-version"], capture_output=True, text=True, check=True).stderr
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "commit": _commit(),
        "cpu": _first_value("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": _first_value("/proc/meminfo", "MemTotal"),
        "system": platform.system() + " " + platform.release(),
        "java": java_version.splitlines()[1].strip(),
        "djl": sorted(native),
        "python": platform.python_version(),
        **versions,
        "variables": ENVIRONMENT,
        "settings": {k: getattr(chosen, k) for k in ("batch", "width", "threads", "rounds", "warmups", "net_steps", "pipeline_steps")},
    }


def _commit():
    try:
        return subprocess.run(
            ["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _first_value(path, key):
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(key):
            return line.partition(":")[2].strip()
    return "unknown"


def print_table(summary):
    print(f"\n{summary['comparison']:18s}{'Parallax':>12s}{'PyTorch':>12s}{'ratio':>9s}")
    for key, label in (
        ("cpu_s_per_step", "CPU s / step"),
        ("wall_s_per_step", "wall s / step"),
        ("images_per_s", "images / s"),
        ("resident_mb", "resident MB"),
    ):
        print(f"{label:18s}{summary['parallax'][key]:12.3f}{summary['pytorch'][key]:12.3f}{summary['ratio'][key]:9.3f}")
    print(f"others used {summary['cores_used_by_others']} cores meanwhile")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, which ends the stopped peers
    chosen = options()
    if chosen.only != "net" and not chosen.data.is_file():
        message = f"there is no {chosen.data}; --data names a zip of images, --only net does without"
        if chosen.only == "pipeline":
            raise SystemExit(message)
        print(f"pipeline is left out: {message}", file=sys.stderr)
        chosen.only = "net"
    for comparison in (net, pipeline):
        if chosen.only in (None, comparison.__name__):
            print_table(comparison(chosen))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
