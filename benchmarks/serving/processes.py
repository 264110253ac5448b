"""The processes of the serving benchmarks: services of ours, their metrics and memory, and programs that answer lines."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "embedding-service/target/quarkus-app"
PACKAGE = "dev.parallax.embedding.benchmark."
FLAGS = ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
START_SECONDS = 180
ANSWER_SECONDS = 900


def say(text):
    print(text, file=sys.stderr, flush=True)


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return ports


def java_home():
    return Path(os.environ["JAVA_HOME"])


def java_program(name, *arguments, heap="1g"):
    """The command of a class of the benchmarks."""
    classes = ":".join(str(APP / part / "*") for part in ("app", "lib/main", "lib/boot"))
    return [str(java_home() / "bin/java"), f"-Xmx{heap}", *FLAGS, "-cp", classes, PACKAGE + name, *map(str, arguments)]


class Process:
    """A child that ends with its `with` block."""

    def __init__(self, command, log, stdin=None, stdout=None, cwd=None):
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        with open(log, "ab") as errors:
            self._child = subprocess.Popen(
                command, stdin=stdin or subprocess.DEVNULL, stdout=stdout or errors, stderr=errors, cwd=cwd, start_new_session=True
            )

    @property
    def pid(self):
        return self._child.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(40)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def kill(self):
        """Without a goodbye."""
        self._child.kill()
        self._child.wait()

    def check_alive(self):
        if self._child.poll() is not None:
            raise SystemExit(f"a process ended with code {self._child.returncode}; its log is {self.log}")

    def resident_mib(self):
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def freeze(self):
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)


class Answering(Process):
    """A program that answers a line with a line of JSON."""

    def __init__(self, command, log):
        super().__init__(command, log, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._pending = b""

    def ask(self, line):
        self._child.stdin.write(line.encode() + b"\n")
        self._child.stdin.flush()
        return self.answer()

    def answer(self):
        stdout = self._child.stdout
        while b"\n" not in self._pending:
            if not select.select([stdout], [], [], ANSWER_SECONDS)[0]:
                raise SystemExit(f"no answer in {ANSWER_SECONDS} s; the log is {self.log}")
            chunk = os.read(stdout.fileno(), 65536)
            if not chunk:
                raise SystemExit(f"a process ended with code {self._child.wait()}; its log is {self.log}")
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        return json.loads(line)


class EmbeddingService(Process):
    """The service as `parallax up` starts it, with more settings."""

    def __init__(self, repository, log, settings=None):
        self.port, self.http = free_ports(2)
        properties = {
            "parallax.home": repository.parent,
            "parallax.embedding.repository": repository,
            "quarkus.grpc.server.port": self.port,
            "quarkus.http.port": self.http,
            **(settings or {}),
        }
        command = [str(java_home() / "bin/java"), *FLAGS]
        command += [f"-D{name}={value}" for name, value in properties.items()]
        super().__init__([*command, "-jar", str(APP / "quarkus-run.jar")], log)

    @property
    def target(self):
        return f"127.0.0.1:{self.port}"

    def await_ready(self, model):
        """Until a version of the model is open."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            self.check_alive()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/q/health/ready", timeout=5) as answer:
                    if re.search(rf'"{re.escape(model)}/\d+": *"ready"', answer.read().decode()):
                        return self
            except OSError:
                pass
            time.sleep(0.2)
        raise SystemExit(f"{model} was not ready in {START_SECONDS} s; the log is {self.log}")

    def metrics(self):
        """The service's own metrics: {(name, labels): value}."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/q/metrics", timeout=10) as answer:
            text = answer.read().decode()
        values = {}
        for line in text.splitlines():
            match = re.match(r"parallax_embedding_(\w+)(?:\{(.*)\})? (\S+)$", line)
            if match:
                labels = tuple(sorted(re.findall(r'(\w+)="([^"]*)"', match[2] or "")))
                values[match[1], labels] = float(match[3])
        return values

    def heap_after_collection_mib(self):
        """Used heap after a forced full collection."""
        jcmd = [str(java_home() / "bin/jcmd"), str(self.pid)]
        for _ in range(2):  # the second finds what the first left to be finalised or enqueued
            subprocess.run([*jcmd, "GC.run"], check=True, capture_output=True)
        said = subprocess.run([*jcmd, "GC.heap_info"], check=True, capture_output=True, text=True).stdout
        # garbage-first says it once; serial for each generation
        used = re.search(r"garbage-first heap.* used (\d+)K", said)
        kibibytes = int(used[1]) if used else sum(int(k) for k in re.findall(r"(?:new|tenured) generation.*? used (\d+)K", said))
        if not kibibytes:
            raise SystemExit(f"jcmd's heap_info is not understood: {said!r}")
        return kibibytes / 1024


def total(metrics, name, **labels):
    """The sum over all that has these labels."""
    wanted = set(labels.items())
    return sum(value for (key, has), value in metrics.items() if key == name and wanted <= set(has))


def batches(before, after, model):
    """Histogram, mean size and mean milliseconds of the batches between two looks at the metrics."""

    def difference(name):
        return total(after, name, model=model) - total(before, name, model=model)

    count = difference("batch_size_count")
    sizes, below = {}, 0
    for bound in (1, 2, 4, 8, 16, 32, 64, 128):
        label = f"{bound}.0"
        upto = total(after, "batch_size_bucket", model=model, le=label) - total(before, "batch_size_bucket", model=model, le=label)
        if upto > below:
            sizes[str(bound)] = int(upto - below)
        below = max(below, upto)
    runs = difference("compute_seconds_count")
    return {
        "batch_sizes_up_to": sizes,
        "batch_mean": difference("batch_size_sum") / count if count else None,
        "batch_ms": 1000 * difference("compute_seconds_sum") / runs if runs else None,
    }


def refusals(before, after):
    reasons = {}
    for (name, labels), value in after.items():
        more = value - before.get((name, labels), 0)
        if name == "refused_total" and more:
            reasons[dict(labels)["reason"]] = int(more)
    return reasons
