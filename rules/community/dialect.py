"""The community dialect: JSON-logic as the suites of the json-logic group have it, with errors that can be caught.

It is for logic that was written for other implementations. Targeting uses the standard dialect of `Rule`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final, NoReturn

from rules.budget import budgeted, measured, spend
from rules.community import lists, logic, numbers, reading
from rules.community.scope import UNKNOWN, LogicError, Operation, Run, Scope
from rules.documents import decode
from rules.errors import RuleError, meant
from rules.javascript import Value
from rules.nodes import Array, Call, Const, Events, Node
from rules.parsed import Parsed
from rules.parser import Parser
from rules.values import Json

COMMUNITY_OPERATORS: Final[Mapping[str, Operation]] = MappingProxyType(
    {operation.name: operation for file in (reading, logic, numbers, lists) for operation in file.OPERATIONS}
)
"""Every operator of the community dialect by its name."""


class CommunityRule(Parsed):
    """A rule of the community dialect, within the limits of every rule."""

    def evaluate(self, data: Json) -> Json:
        """The value for this data; `LogicError` where the rule throws, `RuleError` where it does too much."""
        return measured(self._run(Scope(data)))  # type: ignore[no-any-return]

    @cached_property
    def _run(self) -> Run:
        return budgeted(compile_community(self.root))


def parse_community(logic: Json) -> CommunityRule:
    """The community rule that this JSON-logic is; `RuleError` with the place where it cannot be one."""
    return CommunityRule(CommunityParser().node(logic, ""))


def parse_community_text(document: bytes | str) -> CommunityRule:
    """The community rule in a JSON document; whatever is in it, `RuleError` is the worst that comes."""
    return parse_community(decode(document))


class CommunityParser(Parser):
    """The parser of every rule, without event readings: `events` is an operator that nobody knows."""

    def _events(self, given: Json, pointer: str, place: str) -> Node:
        if isinstance(given, list):
            return Call(pointer, "events", self._all(given, place))
        return Call(pointer, "events", (self.node(given, place),), bare=True)


def compile_community(node: Node) -> Run:
    """The tree as a function of its scope."""
    match node:
        case Const(value=value):
            return _constant(value, node.pointer)
        case Array(items=items):
            runs = tuple(compile_community(item) for item in items)
            return lambda scope: [run(scope) for run in runs]
        case Call() if node.operator in COMMUNITY_OPERATORS:
            return _placed(COMMUNITY_OPERATORS[node.operator].build(node, compile_community), node.pointer)
    return _unknown(node)


def _constant(value: Json, pointer: str) -> Run:
    if not isinstance(value, dict):
        return lambda scope: value
    if not value:
        return lambda scope: {}

    def run(scope: Scope) -> NoReturn:
        message = "an object with several keys is no operation"
        raise LogicError(UNKNOWN, pointer, None, message, "write {} around each operator, `preserve` around data")

    return run


def _placed(run: Run, pointer: str) -> Run:
    """The same, as one operation of the budget; what goes wrong in it says where."""

    def placed(scope: Scope) -> Value:
        spend(1)
        try:
            return run(scope)
        except LogicError as error:
            raise error if error.pointer else error.at(pointer) from None
        except RuleError as error:
            raise error if error.pointer else RuleError(pointer, error.message, error.remedy) from None

    return placed


def _unknown(node: Call | Events) -> Run:
    """An operator that nobody knows is an error only where it is reached."""
    message, remedy = f"there is no operator {node.operator!r}", meant(node.operator, COMMUNITY_OPERATORS)

    def run(scope: Scope) -> NoReturn:
        raise LogicError(UNKNOWN, node.pointer, None, message, remedy)

    return run
