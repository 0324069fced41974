"""A change of a release is checked in proportion to it, and finds what checking all of it would find anew."""

from __future__ import annotations

from typing import Any

import pytest

from engine import validate, validate_changes
from rules import Finding
from tests.engine.histories import CARD, DOT, KNOWN, History, Name

EXPERIMENT = {
    "title": "E",
    "status": "running",
    "variations": [
        {"key": "a", "weight": 0.5, "modules": {"m3": "off"}},
        {"key": "b", "weight": 0.5, "modules": {"m4": "bold"}},
    ],
}

WHOLE_ONLY = {"shadowed", "duplicate"}


def _told(findings: list[Finding]) -> set[tuple[str, str, str]]:
    return {(one.pointer, one.message, one.severity) for one in findings if one.code not in WHOLE_ONLY}


class Mistaken(History):
    """A library whose editors make mistakes."""

    def step(self) -> None:
        """Change something, and now and then something that is wrong or makes something else wrong."""
        super().step()
        if self.dice.random() < 0.6:
            self.put(dict([self.dice.choice(self._mistakes())]))

    def _mistakes(self) -> list[tuple[Name, Any]]:
        module = f"m{self.dice.randrange(self.modules)}"
        card: dict[str, Any] = {"type": "card", "locales": {"en": {"heading": "Hi"}}}
        picture = {"asset": "a.svg"}
        shown = {"type": "shown", "locales": {"en": {"picture": picture}, "de": {"picture": picture}}}
        no_list = {**KNOWN, "attributes": KNOWN["attributes"][:-2]}
        image = {"title": "Shown", "fields": {"picture": {"kind": "image"}}}
        return [
            (("modules", module), b"{"),
            (("modules", module), {**card, "locales": {"en": {"headin": "Hi"}}}),
            (("modules", module), {**card, "targeting": "nobody"}),
            (("modules", module), {**card, "targeting": {">": [{"var": "profile.agee"}, 3]}}),
            (("modules", module), {**card, "locales": {"en": {"heading": "Hi"}, "xx": {"heading": "Hi"}}}),
            (("modules", module), {**card, "type": "none"}),
            (("modules", module), shown),
            (("modules", module), {**shown, "targeting": {"in_segment": "s3"}}),
            (("modules", module), None),
            (("types", "shown"), image),
            (("types", "shown"), image),
            (("types", "shown"), {"title": "Shown", "fields": {"picture": {"kind": "image", "localised": False}}}),
            (("types", "note"), {"title": "Note", "fields": {}}),
            (("types", "card"), {**CARD, "fits": {"slots": ["nowhere"]}}),
            (("types", "card"), {**CARD, "fits": {"slots": ["top"]}}),
            (("assets", "a.svg"), DOT % 1),
            (("assets", "a.svg"), None),
            (("asset-details", "a.svg"), {"alt": {"en": "A dot", "de": "Ein Punkt"}}),
            (("asset-details", "a.svg"), {"alt": {"en": "A dot"}}),
            (("asset-details", "b.svg"), {"alt": {"en": "A dot"}}),
            (("attributes", "toy"), no_list),
            (("attributes", "toy"), {**KNOWN, "events": []}),
            (("attributes", "toy"), KNOWN),
            (
                ("attributes", "more"),
                {"attributes": [{"path": "profile.age", "type": "string", "title": "A"}], "events": []},
            ),
            (("segments", "s3"), None),
            (("segments", "s3"), {"title": "S", "logic": {">": [{"var": "context.hour"}, 3]}}),
            (("segments", "s1"), {"title": "S", "logic": {"in_segment": "s1"}}),
            (("rules", "r1"), None),
            (("rules", "r1"), {"title": "R", "logic": {"wat": []}}),
            (("rules", "r2"), {"title": "R", "logic": {">": [{"var": "profile.bought.te"}, 3]}}),
            (("locales", "here"), {"locales": [{"code": "en", "fallback": ["nl"]}]}),
            (("locales", "there"), {"locales": [{"code": "en"}]}),
            (("layouts", "side"), {"title": "Side", "slots": [{"key": "top", "pinned": ["gone"]}]}),
            (("layouts", "side"), {"title": "Side", "slots": [{"key": "low", "fallback": "m3"}]}),
            (
                ("experiments", "e0"),
                {"title": "E", "variations": [{"key": "a", "weight": 1, "modules": {"m3": "wide"}}]},
            ),
            (("experiments", "e1"), EXPERIMENT),
            (("policies", "p0"), {"title": "P", "tags": ["wine"], "logic": {">": [{"var": "profile.weight"}, 3]}}),
        ]


@pytest.mark.parametrize("seed", range(6))
def test_a_change_is_told_what_checking_all_of_it_would_tell_anew(seed: int) -> None:
    """Over random histories with mistakes of every kind in them; nothing that the whole would not say is said."""
    history = Mistaken(seed)
    while any(one.severity == "error" for one in validate(history.now)):
        history = Mistaken(history.seed + 1_000)
    served, before = history.compiled("r0", 1_000), history.manifest()
    earlier, known = dict(history.now), _told(validate(history.now, notes=True))
    wrong = 0
    for number in range(1, 15):
        history.step()
        changes = {name: history.now.get(name) for name in history.changes(before)}
        whole = _told(validate(history.now, notes=True))
        found = _told(validate_changes(served, changes, history.load, notes=True))
        assert found <= whole
        assert whole - known <= found
        if any(severity == "error" for _, _, severity in whole):
            wrong += 1
            history.now = dict(earlier)
            continue
        served, before = history.compiled(f"r{number}", 1_000), history.manifest()
        earlier, known = dict(history.now), whole
    assert wrong
