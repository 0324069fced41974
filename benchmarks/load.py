"""Load on loopback: wrk where it is installed, with the figures that a comparison needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Load:
    """One burst: requests a second, the 99th percentile in ms, server CPU in µs a request, errors."""

    rate: float
    p99: float
    cpu: float
    errors: int


def burst(url: str, script: str, seconds: float, server: psutil.Process) -> Load:
    """Sixteen keep-alive connections for some seconds against a server of ours on loopback."""
    if shutil.which("wrk") is None:
        raise SystemExit("this benchmark needs wrk: apt-get install wrk")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        lua.write(script)
        lua.flush()
        before = _cpu(server)
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--latency", "-s", lua.name, url]
        text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
        spent = _cpu(server) - before
    done = int(_find(r"(\d+) requests in", text))
    errors = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", text))
    errors += sum(int(n) for n in re.findall(r"(?:connect|read|write|timeout) (\d+)", text))
    return Load(
        float(_find(r"Requests/sec:\s+([\d.]+)", text)), _milliseconds(text), 1e6 * spent / max(done, 1), errors
    )


def get(key: str = "") -> str:
    """A script of plain GETs."""
    return f'wrk.headers["Authorization"] = "Bearer {key}"\n'


def posts(key: str, body: str, people: int) -> str:
    """A script of POSTs for people at random; `%d` in the body is the person's number."""
    headers = f"""wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {key}"
"""
    return headers + _at_random(f"wrk.format(nil, nil, nil, string.format('{body}', person))", people)


def pages(key: str, path: str, people: int) -> str:
    """A script of GETs for people at random; `%d` in the path is the person's number."""
    headers = f'wrk.headers["Authorization"] = "Bearer {key}"\n'
    return headers + _at_random(f"wrk.format('GET', string.format('{path}', person))", people)


def _at_random(request: str, people: int) -> str:
    """Requests written once, before the load begins: the generator shares the machine with what it measures."""
    return f"""
local written = {{}}
init = function(args)
  for person = 0, {people - 1} do written[person] = {request} end
  math.randomseed(7)
end
request = function() return written[math.random(0, {people - 1})] end
"""


def _find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"wrk said something unexpected:\n{text}")
    return found.group(1)


def _milliseconds(text: str) -> float:
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def _cpu(server: psutil.Process) -> float:
    total = 0.0
    for process in [server, *server.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def work_folder() -> Path:
    """A folder of our own for this run."""
    return Path(tempfile.mkdtemp(prefix="intarsia-benchmark-"))
