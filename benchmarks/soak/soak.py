"""Runs the soak, the hot swaps or the rolling restarts: see README.md."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import plot
import table

sys.path.append(str(Path(__file__).resolve().parents[1] / "serving"))  # whose table.py is not meant

from measure import machine
from processes import FLAGS, PACKAGE, ROOT, Answering, EmbeddingService, java_home, java_program, say, total

HERE = ROOT / "benchmarks/soak"
WORK = ROOT / "target/benchmark-soak"
MODULE = ROOT / "embedding-service"
MODEL, SIDE = "soak", 32
LONG_ENOUGH_TO_KEEP = 10  # minutes
INTERVAL_S, LEAST_SAMPLES = 30, 12
KILLED_AFTER_S = 2
SETTLE_S = 30
SWAP_CLIENTS = 4

# short ones, so that every run sees connections that are asked to come again and messages that never arrive
SETTINGS = {
    "parallax.embedding.connections.max-age": "1m",
    "parallax.embedding.connections.message-timeout": "5s",
}


def test_program(name, *arguments):
    """The command of a benchmark that uses the fixtures of the tests."""
    classes = f"{MODULE}/target/test-classes:{MODULE}/target/classes:{(MODULE / 'target/soak-classpath').read_text().strip()}"
    # the stack: ONNX Runtime overflows the default one with a command line as long as this
    return [str(java_home() / "bin/java"), "-Xmx1g", "-Xss16m", *FLAGS, "-cp", classes, PACKAGE + name, *map(str, arguments)]


def fresh(*names):
    for name in names:
        path = WORK / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
    WORK.mkdir(parents=True, exist_ok=True)


def held(metrics):
    """What calls hold, as the service counts it."""
    names = {"calls": "calls", "streams": "streams", "permits": "admitted_images", "queued": "queue_images"}
    return {key: int(total(metrics, name)) for key, name in names.items()}


def connections(port):
    """Established on the side of the service, without those that still close."""
    count = 0
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError):
            for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
                local, state = line.split()[1], line.split()[3]
                count += state == "01" and int(local.rsplit(":", 1)[1], 16) == port
    return count


class Soak:
    def __init__(self, service, clients, out):
        self.service, self.clients, self.out = service, clients, out
        self.started = time.monotonic()
        self.killed = 0

    def keep(self, row):
        row = {"at_s": round(time.monotonic() - self.started, 1), **row}
        self.out.write(json.dumps(row) + "\n")
        self.out.flush()
        return row

    def kill_a_client(self):
        """A process that sends as fast as it can, and is killed."""
        command = java_program("Bulk", self.service.target, MODEL, SIDE, 10_000_000, heap="64m")
        with Answering(command, WORK / "killed.log") as client:
            client.answer()  # it is under way
            time.sleep(KILLED_AFTER_S)
            during = held(self.service.metrics()) | {"connections": connections(self.service.port)}
            client.kill()
        self.killed += 1
        return during

    def settled(self):
        """What is held when nobody calls, as soon as it is nothing, or in the end."""
        end = time.monotonic() + SETTLE_S
        while True:
            left = held(self.service.metrics())
            if not any(left.values()) or time.monotonic() > end:
                return left
            time.sleep(0.2)

    def look(self):
        left = self.settled()
        return {
            "held": left,
            "heap_mib": round(self.service.heap_after_collection_mib(), 3),
            "resident_mib": round(self.service.resident_mib(), 1),
            "threads": self.service.threads(),
            "open_files": self.service.open_files(),
            "connections": connections(self.service.port),
        }

    def sample(self):
        during = self.kill_a_client()
        self.clients.ask("rest")
        row = self.keep({"during": during, **self.look()})
        counts = self.clients.ask("resume")
        say(
            f"{row['at_s']:7.0f} s: heap {row['heap_mib']:.2f} MiB, resident {row['resident_mib']:.0f} MiB, {row['threads']} threads, "
            f"{row['connections']} connections, {sum(counts['outcomes'].values())} calls, {counts['wrong']} wrong, "
            f"{counts['unexpected']} unexpected"
        )

    def run(self, minutes):
        samples = max(LEAST_SAMPLES, minutes * 60 // INTERVAL_S)
        interval = minutes * 60 / samples
        self.clients.ask(f"start {self.service.port} {self.service.http}")
        for number in range(samples):
            time.sleep(max(0, self.started + (number + 1) * interval - time.monotonic()))
            self.service.check_alive()
            self.sample()
        counts = self.clients.ask("stop")
        self.keep({"end": True, "killed": self.killed, **counts, **self.look(), "log_lines": log_lines(self.service)})


def log_lines(service):
    return len(service.log.read_text(errors="replace").splitlines())


def soak(minutes):
    fresh("soak", "soak.log", "clients.log", "killed.log")
    repository = WORK / "soak/models"
    path = (HERE / "results" if minutes >= LONG_ENOUGH_TO_KEEP else WORK) / "soak.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(open(partial, "w"))
        clients = stack.enter_context(Answering(test_program("SoakBenchmark", repository), WORK / "clients.log"))
        clients.answer()
        service = stack.enter_context(EmbeddingService(repository, WORK / "soak.log", SETTINGS)).await_ready(MODEL)
        run = Soak(service, clients, out)
        run.keep({"minutes": minutes, **machine(), "settings": SETTINGS})
        run.run(minutes)
    os.replace(partial, path)
    plot.draw(path)
    return table.main(path)


def kept(command, path, cwd=MODULE):
    """Runs it, shows what it says and keeps it; its exit code."""
    path.parent.mkdir(parents=True, exist_ok=True)
    said = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, text=True)
    path.write_text(said.stdout)
    print(said.stdout, end="")
    return said.returncode


def await_up(service):
    end = time.monotonic() + 180
    while time.monotonic() < end:
        service.check_alive()
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"http://127.0.0.1:{service.http}/q/health/ready", timeout=5):
                return
        time.sleep(0.2)
    raise SystemExit(f"the service was not ready in 180 s; its log is {service.log}")


def swaps(count):
    fresh("swaps", "swaps.log")
    repository = WORK / "swaps/models"
    with EmbeddingService(repository, WORK / "swaps.log") as service:
        await_up(service)
        return kept(test_program("HotSwapBenchmark", service.target, repository, count, SWAP_CLIENTS), HERE / "results/swaps.txt")


def restarts(count):
    return kept(test_program("RollingRestartBenchmark", count), HERE / "results/restarts.txt")


if __name__ == "__main__":
    sys.exit({"soak": soak, "swaps": swaps, "restarts": restarts}[sys.argv[1]](int(sys.argv[2])))
