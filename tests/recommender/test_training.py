from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from recommender import Bundle, NothingToLearnError, train
from recommender.interactions import DAY
from tests.recommender.worlds import NOW, ORDERED, SMALL, black, checkerboard, hidden_tile, shop, white

ROOT = Path(__file__).resolve().parents[2]


def found_out() -> list[tuple[str, str, float, float]]:
    """A checkerboard of two months ago; last week everybody ordered their hidden tile."""
    old = [(who, what, weight, at - 40 * DAY) for who, what, weight, at in checkerboard()]
    tiles = ((f"person-{n:02}", (black, white)[n % 2](hidden_tile(n))) for n in range(20))
    return old + [(who, tile, ORDERED, NOW - 7 * DAY) for who, tile in tiles]


def test_held_out_figures_stand_beside_popularity() -> None:
    held_out = train(found_out(), shop(), SMALL, NOW).manifest["held_out"]
    assert held_out["als"]["never_before"] == {"ndcg": 1.0, "recall": 1.0, "people": 20}
    assert held_out["popular"]["never_before"]["ndcg"] < 0.7
    assert held_out["again"]["never_before"]["ndcg"] == 0.0


def test_what_is_held_out_for_measuring_is_learned_in_the_end() -> None:
    bundle = train(found_out(), shop(), SMALL, NOW)
    assert bundle.manifest["data"]["until"] == NOW - 7 * DAY


def test_a_shop_too_young_to_hold_anything_out_is_trained_all_the_same() -> None:
    manifest = train(checkerboard(), shop(), SMALL, NOW).manifest
    assert manifest["held_out"]["als"]["all_items"]["people"] == 0
    assert manifest["data"] | {"since": 0, "until": 0} == {
        "since": 0, "until": 0, "interactions": 180, "people": 20, "items": 20, "assortment": 20,
    }  # fmt: skip


def test_training_twice_gives_the_same_bytes_and_other_data_others() -> None:
    one = train(checkerboard(), shop(), SMALL, NOW)
    other = train(checkerboard()[::-1], shop()[::-1], SMALL, NOW)
    assert one.save() == other.save()
    assert train(checkerboard()[1:], shop(), SMALL, NOW).version != one.version


def test_progress_is_told_from_nothing_to_all() -> None:
    told: list[tuple[str, float]] = []
    train(checkerboard(), shop(), SMALL, NOW, lambda stage, share: told.append((stage, share)))
    shares = [share for _, share in told]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert told[2][0] == "Measuring als on the last 28 days"


@pytest.mark.parametrize("rows", [[], [("al", "gone", ORDERED, NOW - 1)], [("al", black(1), ORDERED, NOW - 91 * DAY)]])
def test_nothing_to_learn_from_is_said(rows: list[tuple[str, str, float, float]]) -> None:
    with pytest.raises(NothingToLearnError, match="20 items, none of them meet within 90 days; import items"):
        train(rows, shop(), SMALL, NOW)


def test_a_bundle_says_who_fitted_it() -> None:
    manifest = train(checkerboard(), shop(), SMALL, NOW).manifest
    assert manifest["personal"] == "als"
    assert manifest["fitted_by"].startswith("implicit ")
    assert manifest["notes"] == []


WITHOUT_IMPLICIT = """
import sys
from recommender import Model, Shelf, train
from tests.recommender.worlds import NOW, SMALL, checkerboard, history_of, ids, shop
bundle = train(checkerboard(), shop(), SMALL, NOW)
answer = Shelf(Model.of(bundle), shop()).recommend(model="for-you", count=1, history=history_of(0, checkerboard()))
assert ids(answer) == ["black-00"], ids(answer)
assert answer.answered_by == "for you"
sys.stdout.buffer.write(bundle.save())
"""


def run(code: str, *path: Path) -> bytes:
    """What a Python of its own writes, with these folders before all others on its path."""
    environment = {"PYTHONPATH": ":".join(map(str, (*path, ROOT))), "PYTHONWARNINGS": "error"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_where_implicit_can_not_be_loaded_numpy_fits_and_says_so(tmp_path: Path) -> None:
    """A package of that name that fails as the real one does without libgomp stands before it on the path."""
    (tmp_path / "implicit.py").write_text("raise ImportError('libgomp.so.1: cannot open shared object file')")
    manifest = Bundle.load(run(WITHOUT_IMPLICIT, tmp_path)).manifest
    assert manifest["personal"] == "als-numpy"
    assert manifest["fitted_by"].startswith("numpy ")
    assert "libgomp.so.1" in manifest["notes"][0]


def test_serving_loads_neither_implicit_nor_pandas() -> None:
    code = """
import sys
from recommender import Model, Shelf
print(sorted({"implicit", "pandas", "sklearn"} & set(sys.modules)))
"""
    assert run(code) == b"[]\n"
