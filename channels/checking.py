"""Checking a template when it is saved, so that no visitor ever meets its mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from channels.channel import View
from channels.cutting import NAMES, cut_html, template_context
from channels.errors import TemplateFault
from channels.frame import compile_section
from channels.marks import Marks
from channels.pens import HtmlPen
from channels.templates import FILTERS, TESTS, Templates
from modules import Part
from rules import Finding

if TYPE_CHECKING:
    from modules import Field

CHECKED = ("web", "email")
"""Channels that a type may bring a template for."""


def check_template(channel: str, text: str, fields: Mapping[str, Field]) -> list[Finding]:
    """What is wrong with a type's template for a channel: syntax, what it may not do, names that do not exist,
    and what would be unsafe in the result. It is run once over the examples of the fields.
    """
    if channel not in CHECKED:
        hint = _near(channel, CHECKED)
        return [Finding("", f"the channel {channel!r} takes no templates", hint or f"one of {', '.join(CHECKED)}")]
    templates = Templates()
    try:
        tree = templates.parse(text)
        found = list(_Names(fields).check(tree))
        return found or _try(channel, text, fields, templates)
    except TemplateFault as fault:
        return [_finding(fault.message, fault.remedy, fault.line)]


def _try(channel: str, text: str, fields: Mapping[str, Field], templates: Templates) -> list[Finding]:
    marks = Marks()
    mail = channel == "email"
    view = View(values={}, asset_url=lambda name: f"/assets/{name}", base_url="https://shop.example")
    parts = [part for name, field in fields.items() for part in _example(field, name)]
    html = templates.render(text, template_context(parts, HtmlPen(marks, view, mail), marks, module="m", type="t"))
    cut_html(compile_section(html) if mail else html, marks, mail=mail)
    return []


def _example(field: Field, name: str) -> Iterator[Part]:
    if field.of:
        for inner_name, inner in field.of.items():
            yield from _example(inner, f"{name}.0.{inner_name}")
    else:
        example = field.kind.example
        yield from field.kind.parts(field, [example] if field.many else example, name)


@dataclass(frozen=True, slots=True)
class _Names:
    """Knows which names a template may read."""

    fields: Mapping[str, Field]

    def check(self, tree: nodes.Template) -> Iterator[Finding]:
        own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"} | {"loop"}
        for name in tree.find_all(nodes.Name):
            if name.ctx == "load" and name.name not in own and name.name not in NAMES:
                yield self._unknown("name", name.name, {*NAMES, *own}, name.lineno)
        for read in tree.find_all((nodes.Getattr, nodes.Getitem)):
            field = _field_read(read)
            if field is not None and field not in self.fields:
                yield self._unknown("field", field, self.fields, read.lineno)
        for kind, node_type, known in (("filter", nodes.Filter, FILTERS), ("test", nodes.Test, TESTS)):
            for node in tree.find_all(node_type):
                if node.name not in known:
                    yield self._unknown(kind, node.name, known, node.lineno)

    def _unknown(self, kind: str, name: str, known: Any, line: int) -> Finding:
        return _finding(
            f"there is no {kind} {name!r}", _near(name, known) or f"known: {', '.join(sorted(known))}", line
        )


def _field_read(node: nodes.Expr) -> str | None:
    match node:
        case nodes.Getattr(node=nodes.Name(name="fields"), attr=name):
            return str(name)
        case nodes.Getitem(node=nodes.Name(name="fields"), arg=nodes.Const(value=str() as name)):
            return name
        case _:
            return None


def _near(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def _finding(message: str, remedy: str, line: int | None) -> Finding:
    return Finding("", f"line {line}: {message}" if line else message, remedy)
