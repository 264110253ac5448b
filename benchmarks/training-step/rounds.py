"""Peers that run rounds in turn on one machine: whoever does not run is stopped."""

import json
import os
import select
import signal
import subprocess
import tempfile

READY_SECONDS = 120
ROUND_SECONDS = 900


class Peer:
    """A process, with its children, that is stopped but for its rounds."""

    def __init__(self, name, command, environment):
        self.name = name
        self._errors = tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            start_new_session=True,
        )
        self._pending = b""
        self.versions = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
        self._errors.close()

    def wait_until_ready(self):
        self.versions = self._read(READY_SECONDS).get("versions", {})
        self._signal(signal.SIGSTOP)

    def round(self):
        """Runs one round; the row also says what the whole machine spent meanwhile."""
        self._signal(signal.SIGCONT)
        before = _machine_cpu_seconds()
        self._process.stdin.write(b"go\n")
        self._process.stdin.flush()
        row = self._read(ROUND_SECONDS)
        machine = _machine_cpu_seconds() - before
        self._signal(signal.SIGSTOP)
        return {"peer": self.name, **row, "machine_cpu_s": round(machine, 2)}

    def _signal(self, number):
        os.killpg(self._process.pid, number)

    def _read(self, seconds):
        stdout = self._process.stdout
        while b"\n" not in self._pending:
            if not select.select([stdout], [], [], seconds)[0]:
                raise SystemExit(f"{self.name} said nothing for {seconds} s{self._last_words()}")
            chunk = os.read(stdout.fileno(), 65536)
            if not chunk:
                raise SystemExit(f"{self.name} ended with code {self._process.wait()}{self._last_words()}")
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        try:
            return json.loads(line)
        except ValueError:
            raise SystemExit(f"{self.name} said {line!r} where a JSON line was due") from None

    def _last_words(self):
        self._errors.seek(0)
        lines = [line for line in self._errors.read().splitlines() if line.strip()]
        return "".join("\n  " + line for line in lines[-10:])


def alternate(peers, warmups, rounds, each):
    """Runs `warmups` rounds, then `rounds` to be counted, the order of the peers turning round by round."""
    for peer in peers:
        peer.wait_until_ready()
    rows = []
    for number in range(-warmups, rounds):
        for peer in peers if number % 2 == 0 else list(reversed(peers)):
            row = peer.round()
            row["round"] = number
            row["counted"] = number >= 0
            rows.append(row)
            each(row)
    return rows


def _machine_cpu_seconds():
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _, _, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
