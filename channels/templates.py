"""Templates: Jinja in a sandbox that holds plain data only. They run once per content, never per person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import ChainableUndefined, Environment, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from channels.errors import TemplateFault

LONGEST_TEMPLATE = 32_768
LONGEST_OUTPUT = 262_144
"""Characters of one rendered module: far beyond any real one, small enough to be harmless."""
DEEPEST_LOOP = 2
MOST_TEMPLATES = 1_000

FILTERS = frozenset({"abs", "capitalize", "d", "default", "e", "escape", "first", "float", "int", "join", "last",
                     "length", "list", "lower", "reverse", "round", "sort", "string", "striptags", "title", "trim",
                     "truncate", "upper", "wordcount"})  # fmt: skip
TESTS = frozenset({"defined", "undefined", "none", "boolean", "number", "string", "mapping", "sequence", "odd", "even",
                   "divisibleby", "eq", "ne", "lt", "le", "gt", "ge", "in", "true", "false", "equalto"})  # fmt: skip
LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})
ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.With, nodes.Name,
    nodes.Getattr, nodes.Getitem, nodes.Const, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub, nodes.Div, nodes.FloorDiv, nodes.Mod,
    nodes.Neg, nodes.Pos, nodes.List, nodes.Tuple, nodes.Keyword, nodes.Slice,
)  # fmt: skip


class Sandbox(ImmutableSandboxedEnvironment):
    """Knows dictionaries, lists and the loop counter; everything else has no attributes at all."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=ChainableUndefined, finalize=_printed, cache_size=0)
        self.globals = {}
        self.filters = {name: made for name, made in self.filters.items() if name in FILTERS}
        self.tests = {name: made for name, made in self.tests.items() if name in TESTS}

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Entries only."""
        if isinstance(obj, dict) and argument in obj:
            return obj[argument]
        if isinstance(obj, (list, tuple)) and isinstance(argument, (int, slice)):
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(obj=obj, name=str(argument))
        if isinstance(obj, LoopContext) and argument in LOOP:
            return getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The same as an entry of that name."""
        return self.getitem(obj, attribute)


def _printed(value: Any) -> Any:
    return "" if value is None else value


@dataclass(slots=True)
class Templates:
    """Compiles each template text once. A compiled template is immutable, so threads may share it."""

    sandbox: Environment = field(default_factory=Sandbox)
    compiled: dict[str, Template] = field(default_factory=dict)

    def render(self, text: str, context: Mapping[str, Any]) -> str:
        """What the template makes of plain data. Raises `TemplateFault` on anything it may not do or makes too much."""
        try:
            return _bounded(self._compile(text), context)
        except TemplateFault:
            raise
        except TemplateError as error:
            line = error.lineno if isinstance(error, TemplateSyntaxError) else None
            raise TemplateFault(error.message or type(error).__name__, "mend the template", line) from error
        except Exception as error:  # a template can raise whatever its operators raise on the data
            raise TemplateFault(f"{type(error).__name__}: {error}", "guard it with {% if %} or default") from error

    def parse(self, text: str) -> nodes.Template:
        """The tree of an allowed template. Raises `TemplateFault` with the line of the first thing that is not."""
        if len(text) > LONGEST_TEMPLATE:
            raise TemplateFault(f"the template has {len(text)} characters; {LONGEST_TEMPLATE} fit", "split it")
        try:
            tree = self.sandbox.parse(text)
        except TemplateSyntaxError as error:
            raise TemplateFault(error.message or "syntax error", "mend the template", error.lineno) from error
        _refuse(tree, 0)
        return tree

    def _compile(self, text: str) -> Template:
        found = self.compiled.get(text)
        if found is None:
            self.parse(text)
            found = self.sandbox.from_string(text)
            if len(self.compiled) >= MOST_TEMPLATES:
                self.compiled.clear()
            self.compiled[text] = found
        return found


def _bounded(template: Template, context: Mapping[str, Any]) -> str:
    out: list[str] = []
    size = 0
    for piece in template.generate(context):
        size += len(piece)
        if size > LONGEST_OUTPUT:
            raise TemplateFault(f"the template makes more than {LONGEST_OUTPUT} characters", "make it smaller")
        out.append(piece)
    return "".join(out)


def _refuse(node: nodes.Node, loops: int) -> None:
    """Only what cannot blow up: no macros, includes, calls, multiplication; loops over what is there, two deep."""
    line = node.lineno
    if isinstance(node, (nodes.Mul, nodes.Pow)):
        raise TemplateFault(f"the operator {node.operator} is not allowed", "take it out", line)
    if isinstance(node, nodes.Call):
        raise TemplateFault("calls are not allowed", "use a filter; loops go over fields and lists", line)
    if not isinstance(node, ALLOWED_NODES):
        raise TemplateFault(f"{type(node).__name__.lower()} is not allowed", "use if, for, set and filters", line)
    if isinstance(node, (nodes.Getattr, nodes.Name)):
        name = node.attr if isinstance(node, nodes.Getattr) else node.name
        if name.startswith("_"):
            raise TemplateFault(f"the name {name!r} is private", "names of fields do not begin with _", line)
    if isinstance(node, nodes.For):
        loops += 1
        if loops > DEEPEST_LOOP or node.recursive:
            raise TemplateFault(f"loops may be nested {DEEPEST_LOOP} deep", "take the inner one out", line)
    for child in node.iter_child_nodes():
        _refuse(child, loops)
