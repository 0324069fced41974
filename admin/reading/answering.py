"""Answers in parts, and with what they name: the same for lists, for the search and for one piece of content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from flask import Response
from marshmallow import Schema

from accounts import NotAllowed
from admin.deps import Deps
from admin.reading.asked import BODY, Offer, Wish, fields_seen
from admin.reading.including import Included, Seen, include, seen_in
from admin.reading.paths import ABSENT, select, wants
from admin.releasing.overlay import Name
from admin.releasing.reading import State, drafts_of
from admin.sight.visible import Visible
from modules import KINDS
from pictures import Facts

Row = Mapping[str, Any]
"""A record as the API shows it, with `kind` and `key`."""

MODULES: Final = "modules"


def wish_of(query: dict[str, Any]) -> Wish:
    """What of an answer is wanted; it is taken out of the query."""
    return Wish(tuple(query.pop("fields", ())), query.pop("include", None))


def state_of(deps: Deps, release: str | None) -> State:
    """What a release holds, or would; without one, the drafts."""
    return drafts_of(deps.store) if release is None else deps.publishing.state(release)


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers what is wished of content of some `kinds`, out of one state. `record` describes the rows that it is
    given."""

    deps: Deps
    state: State
    visible: Visible
    wish: Wish
    record: Schema
    kinds: Sequence[str]

    def check(self, types: Sequence[str] | None = None) -> None:
        """Raise `BadPaths` with every part that there is not; `types` are those of the modules, if they are known."""
        own = {field.data_key or name for name, field in self.record.fields.items()}
        if MODULES in self.kinds and any(path.partition(".")[0] not in own for path in self.wish.paths):
            fields = fields_seen(self.state, self.visible, types)
        else:
            fields = None
        Offer(self.record, self.kinds, fields).check(self.wish.paths)

    def items(self, page: Mapping[str, Any], digests: Mapping[Name, str] | None = None) -> Response:
        """A page of what is wanted of its `items`, and all else of it. Rows without a digest find theirs in `digests`.

        Content that is there no longer, or that is kept from whoever asks, is left out.
        """
        rows = self.record.dump(page["items"], many=True)
        own = digests if digests is not None else {(row["kind"], row["key"]): row["digest"] for row in rows}
        found = list(self._seen(rows, own))
        items = [self._item(row, one) for row, one in found]
        return _answer({**page, "items": items, **self._along([one for _, one in found])})

    def item(self, row: Any, digest: str) -> Response:
        """One item. Raises `NotAllowed` where nothing of it is to be seen."""
        told = self.record.dump(row)
        name = (told["kind"], told["key"])
        one = self._cut(self._read(name, digest, self._bodies([digest] if self._is_read(name[0]) else [])))
        return _answer({"item": self._item(told, one), **self._along([one])})

    def _seen(self, rows: Sequence[Row], digests: Mapping[Name, str]) -> Iterable[tuple[Row, Seen]]:
        names = [(row["kind"], row["key"]) for row in rows]
        read = self._bodies([digests[name] for name in names if name in digests and self._is_read(name[0])])
        for row, name in zip(rows, names, strict=True):
            if name in digests:
                try:
                    yield row, self._cut(self._read(name, digests[name], read))
                except NotAllowed:
                    continue

    def _is_read(self, kind: str) -> bool:
        """Whether bodies of a kind have to be read: where none is wanted nothing is followed either."""
        return KINDS[kind].is_json and wants(self.wish.tree, BODY)

    def _bodies(self, digests: Sequence[str]) -> Mapping[str, bytes]:
        return self.state.load(set(digests)) if digests else {}

    def _read(self, name: Name, digest: str, read: Mapping[str, bytes]) -> Seen:
        if not self._is_read(name[0]):
            return Seen(name, digest, shown=ABSENT)
        return seen_in(self.visible, name, digest, read[digest])

    def _cut(self, one: Seen) -> Seen:
        if one.shown is ABSENT or self.wish.tree is None:
            return one
        shown = select({BODY: one.shown}, self.wish.tree)
        return Seen(one.name, one.digest, one.body, ABSENT if shown is ABSENT else shown.get(BODY, ABSENT))

    def _item(self, row: Row, one: Seen) -> dict[str, Any]:
        chosen = select(dict(row), self.wish.tree)
        kind, key = one.name
        body = {} if one.shown is ABSENT else {BODY: one.shown}
        return {"kind": kind, "key": key, **({} if chosen is ABSENT else chosen), **body}

    def _along(self, items: Sequence[Seen]) -> dict[str, Any]:
        """What is named comes along, if that was asked for."""
        if self.wish.depth is None:
            return {}
        made = include(self.state, self.visible, items, self.wish.depth)
        lost = [
            {"kind": kind, "key": key, "by": "/".join(at.by), "pointer": at.pointer}
            for (kind, key), at in made.unresolved.items()
        ]
        return {"included": self._told(made), "unresolved": lost, "truncated": made.truncated}

    def _told(self, made: Included) -> dict[str, Any]:
        pictures = {one.digest for one in made.found.values() if not KINDS[one.name[0]].is_json}
        facts = self.deps.store.facts(pictures) if pictures else {}
        told = {}
        for (kind, key), one in made.found.items():
            own: dict[str, Any] = {"kind": kind, "key": key, "digest": one.digest}
            if not KINDS[kind].is_json:
                own |= _picture(key, facts.get(one.digest))
            elif one.shown is not ABSENT:
                own[BODY] = one.shown
            told[f"{kind}/{key}"] = own
        return told


def _picture(key: str, facts: Facts | None) -> dict[str, Any]:
    sizes = {name: getattr(facts, name, None) for name in ("width", "height")}
    return {"media_type": KINDS["assets"].media_type(key), **sizes}


def _answer(told: Mapping[str, Any]) -> Response:
    # Not by way of Flask, which sorts names: the order of locales and of fields means something.
    return Response(orjson.dumps(told), content_type="application/json")
