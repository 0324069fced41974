"""10,000 random histories of consent, each use of each purpose held against an oracle: no violation."""

from __future__ import annotations

import random

from profiles import Event, Profile, Segment, Segments, allowed_history, facts_of, fold_all, reassess
from profiles.consent import allows
from profiles.consent.keeping import Keeper
from profiles.consent.leaving import outgoing
from rules import Attribute, Basis, FactType, Purpose, Unanswered, Vocabulary, parse
from tests.profiles.consent.oracle import Said, allowed

HISTORIES = 10_000
SEED = 20_261_127
NOW = 1_750_000_000.0

DESCRIBED = {
    one.key: one
    for one in (
        Purpose("ads", defaults={"*": False, "US": True, "US-CA": False, "JP": True}, gpc=True),
        Purpose("profiling", defaults={"*": True}, gpc=True, unanswered=Unanswered.KEEP),
        Purpose("fraud", basis=Basis.LEGITIMATE_INTEREST),
        Purpose("surveys", basis=Basis.LEGITIMATE_INTEREST, defaults={"EEA": False, "CH": False}, gpc=True),
        Purpose("contracts", basis=Basis.CONTRACT),
        Purpose("mail"),
    )
}
PURPOSES = [*DESCRIBED, "undescribed", "necessary"]
EVENTS = {"Product Viewed": "ads", "Product Added": "undescribed", "Order Completed": "fraud"}
VOCABULARY = Vocabulary(
    attributes={f"profile.{p}": Attribute(f"profile.{p}", FactType.STRING, p, purpose=p) for p in PURPOSES},
    events={**EVENTS, **{f"did {p}": p for p in PURPOSES}},
    purposes=DESCRIBED,
)
SEGMENTS = Segments.of(
    [
        *(Segment(f"reads-{p}", p, parse({"==": [{"var": f"profile.{p}"}, "x"]})) for p in PURPOSES),
        *(Segment(f"needs-{p}", p, parse(True), purpose=p) for p in PURPOSES),
    ]
)
WEIGHTS = {"Product Viewed": 1.0, "Product Added": 3.0, "Order Completed": 5.0}
PLACES = ["DE", "US", "US-CA", "US-TX", "GB", "CH", "BR", "JP", "IS", "AU"]
TRAITS = dict.fromkeys(PURPOSES, "x")


def event(serial: int, said: list[Said], kind: str = "track", name: str = "", **more: object) -> Event:
    """A call that says some things in one moment."""
    ways = {one.how for one in said}
    return Event(
        message_id=str(serial),
        source="t",
        kind="consent" if "act" in ways and serial % 2 else kind,
        name="Segment Consent Preference Updated" if "act" in ways and not serial % 2 else name,
        at=said[0].at,
        received_at=NOW,
        user_id="ann",
        consent={one.purpose: one.yes for one in said if one.purpose},
        gpc="gpc" in ways,
        region=next((one.place for one in said if one.how == "region"), ""),
        properties={"act": True} if "act" in ways else {},
        **more,  # type: ignore[arg-type]
    )


def history(dice: random.Random) -> tuple[list[Event], list[Said]]:
    """Some calls and all that they say; few moments, so that some meet."""
    events: list[Event] = []
    everything: list[Said] = []
    for serial in range(dice.randint(0, 7)):
        at = NOW - dice.randint(0, 9)
        how = dice.choice(["act", "stamp", "stamp"])
        about = dice.sample([*DESCRIBED, "undescribed"], dice.randint(0, 3))
        said = [Said(how, at, purpose, dice.random() < 0.6) for purpose in about]
        if dice.random() < 0.2:
            said.append(Said("gpc", at))
        if dice.random() < 0.35:
            said.append(Said("region", at, place=dice.choice(PLACES)))
        if said:
            events.append(event(serial, said))
            everything += said
    return events, everything


def _touch(name: str) -> Event:
    told = {"product_id": name, "products": [{"product_id": name}]}
    return Event(f"k{name}", "t", "track", name, NOW - 50, NOW, user_id="ann", properties=told)  # type: ignore[arg-type]


KNOWN = fold_all(
    Profile(id="ann", aliases=("user:ann",)),
    [
        Event("k0", "t", "identify", "", NOW - 100, NOW, user_id="ann", traits=TRAITS),
        *(
            Event(
                f"k{name}",
                "t",
                "track",
                name,
                NOW - 50,
                NOW,
                user_id="ann",
                properties={"product_id": name, "products": [{"product_id": name}]},
            )
            for name in EVENTS
        ),
        *(Event(f"d{p}", "t", "track", f"did {p}", NOW - 50, NOW, user_id="ann") for p in PURPOSES),
    ],
)


def violations(dice: random.Random) -> list[str]:
    """Where one random history is read otherwise than the oracle reads it."""
    events, said = history(dice)
    person = fold_all(KNOWN, events)
    right = {purpose: allowed(said, purpose, DESCRIBED) for purpose in PURPOSES}
    facts = facts_of(person, VOCABULARY, {}, NOW)
    told, touched = facts.values["profile"], {weight for _, weight in allowed_history(person, VOCABULARY)}
    members = reassess(person, SEGMENTS, VOCABULARY, NOW).segments
    keeper = Keeper(VOCABULARY, {"user:ann": "ann"}, {"ann": person}, None)
    kept = keeper.keep(Event("new", "t", "identify", "", NOW, NOW, user_id="ann", traits=TRAITS)).event
    exported = outgoing(person, VOCABULARY, "necessary", [f"profile.{purpose}" for purpose in PURPOSES], NOW).values
    asked = dice.sample(PURPOSES, 2)
    pushed = {one: outgoing(person, VOCABULARY, one, ["profile.necessary"], NOW).values for one in asked}
    assert isinstance(told, dict)
    found: list[str] = []
    for purpose, (yes, keep) in right.items():
        came = keeper.keep(Event(f"c{purpose}", "t", "track", f"did {purpose}", NOW, NOW, user_id="ann")).event
        uses = {
            "door": bool(allows(person, purpose, DESCRIBED)) == yes,
            "facts": (purpose in told) == yes,
            "events": (f"did {purpose}" in facts.events) == yes,
            "render": (facts.values["profile"].get(purpose) == "x") == yes,  # type: ignore[union-attr]
            "segments": (f"reads-{purpose}" in members) == yes == (f"needs-{purpose}" in members),
            "export": (f"profile.{purpose}" in exported) == yes,
            "push": purpose not in pushed or bool(pushed[purpose]) == yes,
            "ingest of traits": (purpose in kept.traits) == keep,
            "ingest of events": bool(came.name) == keep,
        }
        found += [f"{use} of {purpose}: {said}" for use, right_so in uses.items() if not right_so]
    scores = {weight for name, weight in WEIGHTS.items() if right[EVENTS[name]][0]}
    return found + ([f"scores: {said}"] if touched != scores else [])


def test_no_history_is_read_otherwise_than_it_should_be() -> None:
    for number in range(HISTORIES):
        assert not violations(random.Random(SEED + number)), f"history {number}"


def test_the_order_in_which_answers_come_does_not_matter() -> None:
    for number in range(500):
        dice = random.Random(SEED - number)
        events, _ = history(dice)
        once = fold_all(KNOWN, events)
        dice.shuffle(events)
        split = dice.randint(0, len(events))
        again = fold_all(fold_all(KNOWN, events[:split]), [*events[split:], *events])
        assert (again.consent, again.since, again.region) == (once.consent, once.since, once.region), (
            f"history {number}"
        )
