"""Membership in segments."""

from __future__ import annotations

from typing import Final

from rules.javascript import ABSENT, UNDEFINED, Value
from rules.kinds import Kind
from rules.nodes import Call, Const
from rules.operator import Builder, Example, Expression, Operator, Truth, argument
from rules.questions import Membership
from rules.values import Facts, Verdict
from rules.verdicts import predicate, verdicts


def build_in_segment(node: Call, builder: Builder) -> Expression:
    """Whether the person is in the segment."""
    key = argument(node, 0, builder)

    def run(data: Value, facts: Facts) -> Value:
        name = key(data, facts)
        return ABSENT if name is ABSENT else type(name) is str and name in facts.segments

    return run


def in_segment_truth(node: Call, builder: Builder, negated: bool) -> Truth | None:
    """The same, where the key is written out."""
    key = node.args[0].value if node.args and isinstance(node.args[0], Const) else UNDEFINED
    if not isinstance(key, str):
        return None
    yes, no, _ = verdicts(node.pointer, negated=negated)

    def decide(data: Value, facts: Facts) -> Verdict:
        return yes if key in facts.segments else no

    return predicate(node.pointer, decide, asks=Membership(key))


OPERATORS: Final = (
    Operator(
        "in_segment",
        "Whether the person is in the segment of this key. It is never unknown.",
        (Example({"in_segment": "coffee-lovers"}, None, False),),
        build_in_segment,
        "facts",
        most=1,
        phrase="the person is in the segment {0}",
        boolean=True,
        truth=in_segment_truth,
        unknown="never, where the key is written out",
        coercion="none: a key that is no text is no segment's",
        takes=(Kind.SEGMENT,),
    ),
)
