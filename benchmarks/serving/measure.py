"""Runs the serving benchmark for one model, one JSON line for every row: see README.md."""

import argparse
import contextlib
import json
import os
import subprocess
import time
from statistics import median

import models
from models import WORK
from processes import ROOT, Answering, EmbeddingService, Process, batches, free_ports, java_program, refusals, say

HERE = ROOT / "benchmarks/serving"
CORES = os.cpu_count()
CALLERS = (1, 8, 32, 128)
RAW_BATCHES = (1, 2, 4, 8, 16, 32)
SHARES = (50, 80, 120)
MAX_BATCH = 16
ROUNDS = 3

# Open loops measure latency, so the queue is no longer than the latency allows: two full batches for every executor,
# of which one is computed and one waits.
BOUNDED = {
    "parallax.embedding.batching.queue-images": 2 * MAX_BATCH * CORES,
    "parallax.embedding.limits.images-per-request": MAX_BATCH,
}


class Lengths:
    """Seconds: of the time before a window, of a window, of a raw window."""

    def __init__(self, model, quick):
        slow = model == "resnet50"
        self.ramp = 3 if slow else 1
        # the JVM compiles what it runs, and shares the cores with the load meanwhile
        self.warm_up = 12 if slow else 24
        self.window = 10 if slow else 4
        self.raw = 3 if slow else 2
        self.callers, self.batches, self.shares = CALLERS, RAW_BATCHES, SHARES
        if quick:
            self.ramp, self.warm_up, self.window, self.raw = (2, 2, 4, 1) if slow else (0.3, 2, 1, 0.5)
            self.callers = (1, 32) if slow else CALLERS
            self.batches = (1, 16) if slow else RAW_BATCHES


class Measurement:
    def __init__(self, model, lengths, out):
        self.model, self.lengths, self.out = model, lengths, out
        self.side = models.SIDES[model]

    def keep(self, row):
        self.out.write(json.dumps(row) + "\n")
        self.out.flush()
        return row

    def row(self, load, peer, service, command, **more):
        """One window of one peer; our own with what the metrics say."""
        before = service.metrics() if peer == "parallax" else None
        row = {"peer": peer, **more, **load.ask(command)}
        if before is not None:
            after = service.metrics()
            row |= batches(before, after, self.model) | {"refused_by_reason": refusals(before, after)}
        return self.keep(row)

    def closed(self, load, raw, ours, node):
        """Raw loop, Parallax and Node in turns; whoever does not run is stopped."""
        peers = {"parallax": ours, "node": node}
        for process in (raw, ours, node):
            process.freeze()
        for number in range(ROUNDS):
            for batch in self.lengths.batches:
                raw.thaw()
                self.keep({"peer": "raw", "round": number, **raw.ask(f"{batch} {self.lengths.raw}")})
                raw.freeze()
            for callers in self.lengths.callers:
                for peer in sorted(peers, reverse=number % 2 == 1):
                    process = peers[peer]
                    process.thaw()
                    command = f"closed {process.target} {process.pid} {callers} {self.lengths.ramp} {self.lengths.window}"
                    row = self.row(load, peer, process, command, loop="closed", callers=callers, round=number)
                    say(f"{self.model}: {peer}, {callers} callers: {row['images_per_s']:.1f} images/s, p99 {row['p99_ms']} ms")
                    process.freeze()
        for process in (raw, ours, node):
            process.thaw()

    def open(self, load, ours, queue, capacity, shares):
        for share in shares:
            for number in range(ROUNDS):
                command = f"open {ours.target} {ours.pid} {capacity * share / 100} {self.lengths.ramp} {self.lengths.window}"
                row = self.row(load, "parallax", ours, command, loop="open", share=share, queue=queue, round=number)
                say(f"{self.model}: open loop, {share} %, queue {queue}: p99 {row['p99_ms']} ms, refused {row['refused']}")

    def warm(self, load, process):
        for callers in (1, 8, 32):
            load.ask(f"closed {process.target} {process.pid} {callers} 0 {self.lengths.warm_up / 3}")


class Node(Process):
    def __init__(self, model, threads):
        (self.port,) = free_ports(1)
        self.threads = threads
        command = ["node", HERE / "peer/server.js", self.port, models.onnx(model), ROOT / "protos/src/main/proto", threads]
        super().__init__([str(word) for word in command], WORK / "node.log", stdout=subprocess.PIPE)
        if self._child.stdout.readline() != b"ready\n":
            raise SystemExit(f"the Node server did not start; its log is {self.log}")

    @property
    def target(self):
        return f"127.0.0.1:{self.port}"


def install_peer():
    folder = WORK / "peer"
    folder.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "peer/package-lock.json").read_text()
    if not (folder / "node_modules/.package-lock.json").is_file() or (folder / "package-lock.json").read_text() != lock:
        (folder / "package.json").write_text((HERE / "peer/package.json").read_text())
        (folder / "package-lock.json").write_text(lock)
        say("installing the Node server's packages")
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True, stdout=2)
    os.environ["NODE_PATH"] = str(folder / "node_modules")


def better_node(measurement, load, stack):
    """One thread for an operator, or ONNX Runtime's default: whichever answers more of eight callers."""
    rates = {}
    for threads in (1, 0):
        with Node(measurement.model, threads) as node:
            measurement.warm(load, node)
            row = load.ask(f"closed {node.target} {node.pid} 8 {measurement.lengths.ramp} {measurement.lengths.window}")
            rates[threads] = row["images_per_s"]
            measurement.keep({"peer": "node", "loop": "choice", "intra_op_threads": threads or "default", **row})
    best = max(rates, key=rates.get)
    node = stack.enter_context(Node(measurement.model, best))
    measurement.warm(load, node)
    return node


def machine():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    return {"cpu": cpu, "cores": CORES, "load_before": os.getloadavg()[0]}


def measure(model, quick):
    models.ensure([model])
    install_peer()
    lengths = Lengths(model, quick)
    results = HERE / "results" if not quick else WORK
    results.mkdir(parents=True, exist_ok=True)
    path = results / f"{model}.jsonl"
    partial = path.with_suffix(".partial")
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(open(partial, "w"))
        measurement = Measurement(model, lengths, out)
        side = models.SIDES[model]
        load = stack.enter_context(Answering(java_program("Load", model, side), WORK / "load.log"))
        versions = {"node": subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()}
        measurement.keep({"model": model, "side": side, "quick": quick, **machine(), "versions": versions})
        with contextlib.ExitStack() as closed:
            raw = closed.enter_context(Answering(java_program("RawLoop", models.onnx(model), CORES), WORK / "raw.log"))
            node = better_node(measurement, load, closed)
            ours = closed.enter_context(EmbeddingService(models.REPOSITORY, WORK / "service.log")).await_ready(model)
            raw.ask(f"{MAX_BATCH} {lengths.raw}")
            measurement.warm(load, ours)
            measurement.closed(load, raw, ours, node)
        rows = [json.loads(line) for line in open(partial)]
        # the most that a closed loop got: what arrives faster has to be refused
        rates = {}
        for row in rows:
            if row.get("loop") == "closed" and row["peer"] == "parallax":
                rates.setdefault(row["callers"], []).append(row["images_per_s"])
        capacity = max(median(values) for values in rates.values())
        with EmbeddingService(models.REPOSITORY, WORK / "service.log", BOUNDED) as ours:
            ours.await_ready(model)
            measurement.warm(load, ours)
            bound = BOUNDED["parallax.embedding.batching.queue-images"]
            measurement.open(load, ours, bound, capacity, lengths.shares)
        measurement.keep({"took_s": time.monotonic() - started})
    os.replace(partial, path)
    subprocess.run(["python3", HERE / "table.py", path], check=True)


def bulk(images):
    """One stream of many images, and the memory on both sides."""
    models.ensure(["small"])
    path = HERE / "results/bulk.jsonl" if images >= 100_000 else WORK / "bulk.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with EmbeddingService(models.REPOSITORY, WORK / "service.log") as ours, open(path, "w") as out:
        ours.await_ready("small")
        client = java_program("Bulk", ours.target, "small", models.SIDES["small"], images, heap="128m")
        with Answering(client, WORK / "bulk.log") as sender:
            row = {"done": 0}
            while not row["done"]:
                row = sender.answer()
                row |= {"server_resident_mib": ours.resident_mib()}
                out.write(json.dumps(row) + "\n")
    subprocess.run(["python3", HERE / "table.py", path], check=True)


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/serving/run", description="The embedding service beside ONNX Runtime and Node.")
    parser.add_argument("what", nargs="*", default=["small", "resnet50", "bulk"], help="small, resnet50, bulk; default: all")
    parser.add_argument("--quick", action="store_true", help="a look at whether all works: short windows, nothing kept")
    parser.add_argument("--images", type=int, default=100_000, help="of bulk")
    arguments = parser.parse_args()
    for what in arguments.what:
        if what == "bulk":
            bulk(10_000 if arguments.quick else arguments.images)
        elif what in models.SIDES:
            measure(what, arguments.quick)
        else:
            parser.error(f"{what} is unknown; allowed: small, resnet50, bulk")


if __name__ == "__main__":
    main()
