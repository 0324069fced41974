"""The next release is made from the one before, and answers as if it had been made whole."""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import ref

import pytest

from engine import Catalogue, CatalogueError, overlay, recompile
from engine.candidates import Candidate
from engine.crowds import Crowd
from profiles import SegmentError
from tests.engine.histories import ENGINES, History, asks, told
from tests.engine.toys import catalogue, layout, module

STEPS = 14
MANYS = (1, 20, 1_000)
"""All plans are crowds; some become crowds and cease to be; none is."""


def _outcome(make: Callable[[], Catalogue]) -> Catalogue | set[str]:
    """The catalogue, or where it cannot be made."""
    try:
        return make()
    except CatalogueError as error:
        return {finding.pointer for finding in error.findings}
    except SegmentError as error:
        return set(error.keys)


def _answers(shop: Catalogue, seed: float, count: int) -> list[tuple[Any, float | None]]:
    pages = [engine.decide(ask) for ask in asks(shop, random.Random(seed), count) for engine in ENGINES]
    return [(told(page), page.valid_until) for page in pages]


def _assert_alike(one: Catalogue, other: Catalogue, seed: float, count: int = 3) -> None:
    """Both say the same of everything."""
    for name in (
        "release",
        "assets",
        "details",
        "told",
        "vocabulary",
        "segments",
        "experiments",
        "policies",
        "types",
        "locales",
    ):
        assert getattr(one, name) == getattr(other, name)
    assert {key: c.revision for key, c in one.modules.items()} == {key: c.revision for key, c in other.modules.items()}
    assert one.plans.keys() == other.plans.keys()
    for key, plan in one.plans.items():
        assert plan.reads == other.plans[key].reads
        assert plan.numbers.keys() == other.plans[key].numbers.keys()
    for (first, until), (second, true) in zip(_answers(one, seed, count), _answers(other, seed, count), strict=True):
        assert first == second
        # The index of a crowd may hold what only an older version needs, and say a moment that is too early.
        assert until == true or (one.many < 1_000 and until is not None and (true is None or until < true))


@pytest.mark.parametrize("many", MANYS)
@pytest.mark.parametrize("seed", range(2))
def test_a_history_of_changes_answers_as_each_release_made_whole(seed: int, many: int) -> None:
    """Also where it cannot be published; then the next change begins from what is served."""
    history = History(seed)
    served, before = history.compiled("r0", many), history.manifest()
    for number in range(1, STEPS):
        earlier = dict(history.now)
        history.step()
        name, changes = f"r{number}", history.changes(before)
        whole = _outcome(partial(history.compiled, name, many))
        made = _outcome(partial(recompile, served, name, changes, history.load))
        if isinstance(whole, set) or isinstance(made, set):
            assert whole == made
            history.now = earlier
            continue
        _assert_alike(made, whole, seed + number)
        served, before = made, history.manifest()


@pytest.mark.parametrize("many", MANYS)
def test_previews_answer_as_made_whole_and_leave_no_trace(many: int) -> None:
    """Several at once over what is served, and one over another; meanwhile the served one goes on."""
    history = History(4)
    served, before = history.compiled("r0", many), history.manifest()
    for number in range(1, STEPS // 2):
        present, shown_before = dict(history.now), _answers(served, number, 3)
        previews = []
        for _ in range(3):
            history.step()
            whole = _outcome(partial(history.compiled, "preview", many))
            changes = history.changes(before)
            made = _outcome(partial(overlay, served, changes, history.load, "preview"))
            if isinstance(whole, set) or isinstance(made, set):
                assert whole == made
                break
            previews.append((made, whole))
            if len(previews) > 1:
                over = overlay(previews[-2][0], changes, history.load, "preview")
                _assert_alike(over, whole, number)
        for made, whole in previews:
            _assert_alike(made, whole, number)
        assert _answers(served, number, 3) == shown_before
        history.now = present
        history.put({("modules", f"m{number}"): module(f"Number {number}")})
        served, before = recompile(served, f"r{number}", history.changes(before), history.load), history.manifest()
        for made, whole in previews:
            _assert_alike(made, whole, -number)


@pytest.mark.parametrize("many", (1, 1_000))
def test_readers_of_an_older_release_are_not_disturbed(many: int) -> None:
    """While fifty releases are made, others ask each of them: the answer is always that of the release asked."""
    history = History(3)
    served, before = history.compiled("r0", many), history.manifest()
    releases = [(served, _answers(served, 1, 2))]
    wrong: list[str] = []
    stopped = threading.Event()

    def read(dice: random.Random) -> None:
        while not stopped.is_set():
            shop, right = dice.choice(releases[-6:])
            if [said for said, _ in _answers(shop, 1, 2)] != [said for said, _ in right]:
                wrong.append(shop.release)

    readers = [threading.Thread(target=read, args=(random.Random(number),)) for number in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in range(50):
            history.put({("modules", f"m{number % 9 + 10}"): history.module(), ("rules", "r1"): history.rule()})
            served, before = recompile(served, f"r{number}", history.changes(before), history.load), history.manifest()
            releases.append((served, _answers(served, 1, 2)))
    finally:
        stopped.set()
        for reader in readers:
            reader.join()
    assert not wrong


def test_old_parts_are_freed() -> None:
    """After two hundred releases there is as much as after the first ones, in the catalogue and in its indexes."""
    history = History(5)
    served, before = history.compiled("r0", 1), history.manifest()
    sizes = []
    for number in range(200):
        history.put({("modules", f"m{number % 9 + 10}"): history.module(), ("modules", f"x{number}"): history.module()})
        history.put({("modules", f"x{number - 5}"): None})
        served, before = recompile(served, f"r{number}", history.changes(before), history.load), history.manifest()
        _answers(served, number, 1)
        sizes.append(_size(served))
    assert max(sizes[100:]) <= max(sizes[:100]) + 3
    gc.collect()
    alive = [one for one in gc.get_objects() if isinstance(one, Candidate) and one.key.startswith("x")]
    assert len(alive) <= 12


def _size(shop: Catalogue) -> int:
    """Rows in all stocks, and rules in their indexes."""
    crowds = [plan.entries for plan in shop.plans.values() if isinstance(plan.entries, Crowd)]
    assert crowds
    return sum(len(crowd.stock) + len(crowd.stock.index) for crowd in crowds)


def test_a_change_shares_with_the_release_before_all_that_is_the_same() -> None:
    """Of two layouts only that one is planned anew whose module changed; modules are the same objects."""
    made = {
        "modules": {f"m{at}": module(tags=["left" if at % 2 else "right"]) for at in range(40)},
        "layouts": {
            "left": layout({"key": "top", "tags": ["left"]}),
            "right": layout({"key": "top", "tags": ["right"]}),
        },
    }
    first = catalogue(many=10, **made)
    made["modules"] = {**made["modules"], "m1": module("New", tags=["left"])}
    second = catalogue("r2", first, **made)
    assert second.plans["right"] is first.plans["right"]
    assert second.plans["left"] is not first.plans["left"]
    assert {key for key, one in second.modules.items() if one is not first.modules[key]} == {"m1"}


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        (module("Other words", targeting={"<": [{"var": "profile.age"}, 9]}), True),
        (module(targeting={"<": [{"var": "profile.age"}, 10]}), False),
        (module(targeting={"<": [{"var": "profile.age"}, 9]}, unknown="yes"), False),
        (module(targeting={"<": [{"var": "profile.age"}, 9]}, tier=1), False),
        (module(), False),
    ],
    ids=["words", "rule", "unknown", "order", "everybody"],
)
def test_a_small_plan_keeps_its_rules_while_they_gate_the_same_modules(other: Any, kept: bool) -> None:
    rules = {"var": "profile.age"}
    modules = {
        "a": module(targeting={"<": [rules, 9]}),
        "b": module(targeting={"<": [rules, 9]}),
        "c": module(targeting={">": [rules, 9]}),
    }
    made = {"layouts": {"home": layout({"key": "top"})}}
    before = catalogue("r1", modules=modules, **made)
    after = catalogue("r2", previous=before, modules={**modules, "b": other}, **made)
    assert (after.plans["home"].rulings is before.plans["home"].rulings) is kept
    entries = zip(before.plans["home"].entries, after.plans["home"].entries, strict=True)
    assert [one is two for one, two in entries] == [True, False, True]
    _assert_alike(after, catalogue("r2", modules={**modules, "b": other}, **made), 3)


def test_a_preview_that_is_dropped_leaves_nothing_behind() -> None:
    history = History(6)
    served, before = history.compiled("r0", 1), history.manifest()
    size = _size(served)
    history.step()
    history.put({("modules", f"x{number}"): history.module() for number in range(20)})
    preview = overlay(served, history.changes(before), history.load)
    watched = [ref(preview.modules["x3"]), ref(preview.plans["home"])]
    del preview
    gc.collect()
    assert [one() for one in watched] == [None, None]
    assert _size(served) == size
