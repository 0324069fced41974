"""Rules as Python functions of their own. Rules that differ only in constants share one function's code.

The source is made of our templates and of the names `k0`, `v0`…; no text of an author is ever in it. What is bound
to the `k`s are the rule's constants and keys, functions of ours, and parts of the rule that are better called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rules.compiler import KNOWN, PLAIN, TIMED
from rules.javascript import UNDEFINED, Value
from rules.nodes import Call, Node, children, is_scoped
from rules.operator import Expression, Truth
from rules.operators.reading import fixed_path
from rules.source.decided import DecisionWriter
from rules.source.pieces import Data, is_plain
from rules.source.writer import Writer
from rules.source.written import ERRORS
from rules.table import OPERATORS
from rules.values import NOBODY

SHAPES: Final = 1_000
"""Shapes of rules of which the compiled code is kept."""

BUILTINS: Final = {"bool": bool, "float": float, "int": int, "list": list, "str": str}
"""All that the source can name beside what is bound to it."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a function that makes the function of a rule, and what it is given for its `k`s."""

    text: str
    bound: tuple[Value, ...]

    def made(self) -> Callable[..., Any]:
        """The function of the rule."""
        return maker(self.text)(*self.bound)  # type: ignore[no-any-return]


def write_value(root: Node, otherwise: Expression, seen: Value = UNDEFINED) -> Source:
    """The rule as plain JSON-logic: (data, facts) -> value. `otherwise` is asked where the source expects another.

    `seen` is data such as it will be asked about: it makes the source quicker, and changes no answer.
    """
    data = Data(() if seen is UNDEFINED else (seen,))
    writer = Writer(OPERATORS, PLAIN, data)
    begin(writer, data, root)
    piece = writer.value(root)
    writer.line(f"return {piece.text}")
    return finished(writer, f"data, facts={writer.ours(NOBODY)}", f"{writer.bind(otherwise)}(data, facts)")


def write_decision(root: Node, otherwise: Truth, seen: Value = UNDEFINED) -> Source:
    """The rule, of which `otherwise` is compiled already, as a three-valued verdict: facts -> verdict."""
    data = Data(() if seen is UNDEFINED else (seen,))
    writer = DecisionWriter(OPERATORS, PLAIN, TIMED if otherwise.timed else KNOWN, data)
    writer.line("data = facts.values")
    begin(writer, data, root)
    writer.decide(root, False, writer.answer)
    return finished(writer, "facts", f"{writer.bind(otherwise.decide)}(facts.values, facts)")


def begin(writer: Writer, data: Data, root: Node) -> None:
    """Read once what several paths begin with."""
    paths = [path for path in _paths(root) if is_plain(path)]
    counts = Counter(path[:size] for path in paths for size in range(1, len(path)))
    for start, count in sorted(counts.items(), key=lambda item: len(item[0])):
        as_often = (count == other for key, other in counts.items() if key != start and key[: len(start)] == start)
        if count > 1 and not any(as_often):
            text = data.opened(writer, start)
            writer.begun[start] = writer.fresh()
            writer.line(f"{writer.begun[start]} = {text}")


def finished(writer: Writer, parameters: str, otherwise: str) -> Source:
    """The whole source of what was written."""
    errors = writer.ours(ERRORS)
    names = ", ".join(f"k{at}" for at in range(len(writer.bound)))
    lines = [f"def make({names}):", f" def rule({parameters}):", "  try:"]
    lines += [f"   {writer.visited} = 0"] if writer.visited else []
    lines += [f"   {line}" for line in writer.lines]
    lines += [f"  except {errors}:", f"   return {otherwise}", " return rule", ""]
    return Source("\n".join(lines), tuple(writer.bound))


@lru_cache(SHAPES)
def maker(source: str) -> Callable[..., Any]:
    """The function that makes functions of rules of one shape; compiled once for all of them."""
    names: dict[str, Any] = {"__builtins__": BUILTINS}
    exec(compile(source, "<rule>", "exec"), names)  # noqa: S102  # of our own templates and names alone
    return names["make"]  # type: ignore[no-any-return]


def _paths(node: Node) -> Iterator[tuple[str, ...]]:
    path = fixed_path(node)
    if path:
        yield path
    for index, child in enumerate(children(node)):
        if isinstance(node, Call) and not is_scoped(node, index):
            yield from _paths(child)
