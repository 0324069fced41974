"""`python -m pictures.child`: develops what is asked for on its standard input, one after the other.

Decoders of pictures are large programs that meet bytes from strangers. Here they run apart from what serves: with a
bound on memory, below everybody else's priority, and killed by whoever asks when they take too long.

A question is a line of JSON with `rendition`, `target`, `limits` and the `size` of the picture, then its bytes; the
answer a line of JSON with a `size` and as many bytes, or with an `error`.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
from typing import BinaryIO, Final

from pictures.developing import develop
from pictures.facts import Limits
from pictures.renditions import Target, read_written

IDLE: Final = 300.0
"""Seconds without a question after which it ends: it is started again when it is needed."""
BASE: Final = 1 << 30
EACH: Final = 48
"""Bytes that it may take in all: so many, and so many for each pixel of the largest picture."""


def main() -> None:
    """Answer until nobody asks any more."""
    os.nice(10)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([questions], [], [], IDLE)[0] and (line := questions.readline()):
        asked = json.loads(line)
        limits = Limits(**asked["limits"])
        _bound(BASE + EACH * limits.pixels)
        _answer(answers, *_developed(questions.read(asked["size"]), asked["rendition"], asked["target"], limits))


def _developed(content: bytes, written: str, target: str, limits: Limits) -> tuple[bytes, str]:
    rendition = read_written(written)
    if rendition is None:
        return b"", f"{written!r} is no rendition"
    try:
        return develop(content, rendition, Target(target), limits), ""
    except Exception as error:  # noqa: BLE001 -- decoders raise whatever they like; it is told to whoever asked
        return b"", f"{type(error).__name__}: {error}"


def _answer(answers: BinaryIO, made: bytes, error: str) -> None:
    told = {"error": error[:500]} if error else {"size": len(made)}
    answers.write(json.dumps(told).encode() + b"\n" + made)
    answers.flush()


def _bound(most: int) -> None:
    import resource

    with contextlib.suppress(ValueError, OSError):  # lower already, or a system that knows no such bound
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main()
