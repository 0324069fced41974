"""Any history of edits, publications of locales, waiting releases and rollbacks serves what the obvious model says."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest

from admin import Judge, Publishing, Served, Trial
from channels import create_channels
from layouts import WHOLE, OpenReleases, Releases
from modules import SHARED, ContentStore
from storage import Database

LOCALES = ("en", "de", "fr")
KEYS = ("one", "two")
Words = dict[str, Any]


class Desk:
    """A real desk, and beside it what is written and what is out as plain words by key and place."""

    def __init__(self, database: Database, dice: random.Random) -> None:
        self.dice, self.now = dice, 0.0
        self.store, releases = ContentStore(database), Releases(database)
        judge = Judge(self.store, Trial(create_channels(), "https://shop.example"))
        self.waiting = OpenReleases(database)
        self.desk = Publishing(self.store, releases, self.waiting, judge, Served(releases), lambda: self.now)
        self.drafts: dict[str, Words] = {}
        self.out: dict[str, Words] = {}
        self.kept: dict[str, dict[str, Words]] = {}
        self.open: list[tuple[str, dict[str, tuple[list[str], Words | None]]]] = []
        field = {"kind": "text", "role": "heading", "required": True, "localised": True}
        self.save("types", "line", {"title": "Line", "fields": {"words": field}})
        self.desk.publish_drafts("types", "ann")

    def save(self, kind: str, key: str, body: Any) -> None:
        self.now += 1
        self.store.put(kind, key, orjson.dumps(body), author="ann", now=self.now)

    def edit(self, step: int) -> None:
        """Somebody writes a locale or the shared part of one module, or takes a locale out."""
        key, place = self.dice.choice(KEYS), self.dice.choice([SHARED, *LOCALES])
        words = {**self.drafts.get(key, {SHARED: 0, "en": "first"})}
        if place in words and place != SHARED and len(words) > 2 and self.dice.random() < 0.3:
            del words[place]
        else:
            words[place] = step if place == SHARED else f"{place}{step}"
        self.drafts[key] = words
        locales = {locale: {"words": told} for locale, told in words.items() if locale != SHARED}
        self.save("modules", key, {"type": "line", "tags": [f"t{words[SHARED]}"], "locales": locales})

    def wish(self) -> dict[str, tuple[list[str], Words | None]]:
        """Some places of some modules as they are written now, or away."""
        wishes: dict[str, tuple[list[str], Words | None]] = {}
        for key in self.dice.sample(sorted(self.drafts), self.dice.randint(1, len(self.drafts))):
            away = key in self.out and self.dice.random() < 0.2
            places = self.dice.sample([*LOCALES] if away else [SHARED, *LOCALES], self.dice.randint(1, 2))
            wishes[key] = (places, None if away else {**self.drafts[key]})
        return wishes

    def places(self, wishes: dict[str, tuple[list[str], Words | None]]) -> dict[tuple[str, str, str], str | None]:
        made: dict[tuple[str, str, str], str | None] = {}
        for key, (places, words) in wishes.items():
            draft = self.store.get("modules", key)
            made |= {("modules", key, place): draft.digest if draft and words else None for place in places}
        return made

    def publish(self, wishes: dict[str, tuple[list[str], Words | None]]) -> None:
        self.now += 1
        self._went_out(self.desk.publish_now(self.places(wishes), "now", "ann").id, wishes)

    def put_aside(self, wishes: dict[str, tuple[list[str], Words | None]]) -> None:
        """A release that waits while others go out."""
        release = self.waiting.create("later", author="ann", now=self.now)
        self.waiting.put(release.id, self.places(wishes), by="ann", now=self.now)
        self.open.append((release.id, wishes))

    def release(self) -> None:
        self.now += 1
        identity, wishes = self.open.pop(self.dice.randrange(len(self.open)))
        self._went_out(self.desk.publish_open(identity, "ann").id, wishes)

    def back(self) -> None:
        to = self.dice.choice(sorted(self.kept))
        self.desk.roll_back(to, "ann")
        self.out = self.kept[to]

    def _went_out(self, release: str, wishes: dict[str, tuple[list[str], Words | None]]) -> None:
        out = {key: {**words} for key, words in self.out.items()}
        for key, (places, words) in wishes.items():
            before = out.get(key, {})
            first = {SHARED: words[SHARED]} if words and not before else {}
            taken = {place: (words or {}).get(place) for place in places}
            after = {place: told for place, told in {**before, **first, **taken}.items() if told is not None}
            out.pop(key, None)
            if after.keys() - {SHARED}:
                out[key] = after
        self.out = self.kept[release] = out

    def served(self) -> dict[str, Words]:
        """What is served, in the words of the model."""
        _, manifest = self.desk.served()
        bodies = self.store.content(set(manifest.values()))
        told = {}
        for (kind, key), digest in manifest.items():
            if kind == "modules":
                body = orjson.loads(bodies[digest])
                words = {locale: fields["words"] for locale, fields in body["locales"].items()}
                told[key] = {SHARED: int(body.get("tags", ["t0"])[0][1:]), **words}
        return told


@pytest.mark.parametrize("seed", range(3))
def test_what_is_served_is_what_the_obvious_model_says(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    desk = Desk(database, dice)
    for step in range(40):
        desk.edit(step)
        roll = dice.random()
        if roll < 0.4:
            desk.publish(desk.wish())
        elif roll < 0.55:
            desk.put_aside(desk.wish())
        elif roll < 0.7 and desk.open:
            desk.release()
        elif roll < 0.8 and desk.kept:
            desk.back()
        assert desk.served() == desk.out


def test_publications_at_once_are_all_done_and_none_takes_back_another(database: Database) -> None:
    """From two desks, as in two processes: what one judged is judged again when the other was faster."""
    desks = [Desk(database, random.Random(0)) for _ in range(2)]
    for number in range(12):
        desks[0].save("modules", f"m{number}", {"type": "line", "locales": {"en": {"words": str(number)}}})

    def publish(number: int) -> str:
        desk = desks[number % 2]
        draft = desk.store.get("modules", f"m{number}")
        assert draft is not None
        return desk.desk.publish_now({("modules", f"m{number}", WHOLE): draft.digest}, str(number), "ann").id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(publish, range(12)))) == 12
    assert desks[0].served().keys() == {f"m{number}" for number in range(12)}
