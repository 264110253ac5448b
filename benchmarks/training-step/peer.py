"""The protocol of a peer: `go` on standard input runs a round of steps, one JSON line tells what it took."""

import json
import os
import resource
import sys
import time


def serve(steps, images, step, versions, worker_ids=lambda: []):
    """Answers every `go` with a round of `steps` calls of `step`, each of which sees `images` images."""
    _say({"ready": True, "versions": versions})
    number = 0
    for line in sys.stdin:
        if line.strip() != "go":
            continue
        wall, cpu = time.perf_counter(), _cpu_seconds(worker_ids())
        for _ in range(steps):
            loss = step()
        _say(
            {
                "round": number,
                "steps": steps,
                "images": steps * images,
                "wall_s": round(time.perf_counter() - wall, 6),
                "cpu_s": round(_cpu_seconds(worker_ids()) - cpu, 6),
                "loss": round(loss, 5),
                "resident_mb": round(_resident_mb(), 1),
            }
        )
        number += 1


def _say(row):
    print(json.dumps(row), flush=True)


def _cpu_seconds(workers):
    """User and system time of this process and of its living data loader workers."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    total = own.ru_utime + own.ru_stime
    for pid in workers:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _resident_mb():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
