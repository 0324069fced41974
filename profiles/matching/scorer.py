"""The door to splink on DuckDB: learns how people are alike, and says how probable it is that two are one."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from profiles.matching.comparing import COMPARISONS, FOUND, LESSONS, RULES, Comparison
from profiles.matching.learning import Lesson, Seen, all_of, lesson_of
from profiles.matching.signals import Signals, columns_of

Model = dict[str, Any]

LEAST: Final = 200
"""People that a model is learned from, at least: of fewer, chance says more than they do."""

FEWEST: Final = 4
"""Things that people are compared by, at least."""

RAREST: Final = 1e-6
"""How often strangers are alike in a way in which none were seen to be."""

MOST: Final = 100_000
"""People that a model is learned from, at most; more would say nothing else."""

SEED: Final = 7
PAIRS: Final = 2_000_000
"""Pairs at random that show how alike strangers are."""


class CannotLearn(ValueError):
    """There is too little to learn from."""


class NoScorer(RuntimeError):
    """The extra `identity` is not installed."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """One thing that was compared, in words, and the bits of evidence that it gives; never what it is."""

    what: str
    how: str
    bits: float


@dataclass(frozen=True, slots=True)
class Scored:
    """Two people, and how probable it is that they are one."""

    left: str
    right: str
    probability: float
    weight: float
    """The evidence in bits: 10 more make it a thousand times likelier."""
    because: tuple[Likeness, ...]


def learn(people: Sequence[Signals]) -> Model:
    """A model of these people, learned without being told who is who. Raises `CannotLearn`, `NoScorer`."""
    if len(people) < LEAST:
        raise CannotLearn(f"{len(people)} people are too few to learn from: it takes {LEAST}")
    known = {name for name, values in columns_of(people).items() if any(value is not None for value in values)}
    comparisons = [one for one in COMPARISONS if one["output_column_name"] in known]
    if len(comparisons) < FEWEST:
        raise CannotLearn("too little is known of these people: it takes names and two more things")
    with _bench(people, _settings(comparisons, RULES)) as linker:
        linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=SEED, num_chunks=1)
        model: Model = linker.misc.save_model_to_json()
    lessons = _lessons(people, model, _of(LESSONS, known))
    same = all_of(lessons)
    model["probability_two_random_records_match"] = _one_of_all(lessons, len(people))
    model["comparisons"] = [_taught(one, same) for one in model["comparisons"] if one["output_column_name"] in same]
    if len(model["comparisons"]) < FEWEST:
        raise CannotLearn("too few of these people are told twice to see how one person differs from themselves")
    return model


def score(people: Sequence[Signals], model: Model, fresh: Collection[str] | None, least: float) -> list[Scored]:
    """Pairs that are one person with this probability at least, the likeliest first.

    `fresh`: only pairs that one of these is in; None: all pairs. Raises `NoScorer`.
    """
    rules = RULES if fresh is None else [f"({rule}) AND (l.fresh OR r.fresh)" for rule in RULES]
    settings = {**model, "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in rules]}
    with _bench(people, settings, fresh or ()) as linker:
        found = linker.inference.predict(threshold_match_probability=least).as_record_list()
    labels = {one["output_column_name"]: _labels(one) for one in model["comparisons"]}
    return sorted((_scored(row, labels) for row in found), key=lambda one: (-one.weight, one.left, one.right))


def _lessons(people: Sequence[Signals], model: Model, rules: Sequence[str]) -> list[Lesson]:
    """What is learned from pairs that agree in each rule; of what the rule itself reads, nothing."""
    strangers = {one["output_column_name"]: _strangers(one) for one in model["comparisons"]}
    settings = {**model, "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in rules]}
    lessons = []
    with _bench(people, settings) as linker:
        table = linker.inference.predict().physical_name
        for rule in rules:
            names = [
                one["output_column_name"] for one in model["comparisons"] if not _columns_of(one) & _columns_in(rule)
            ]
            agree = re.sub(r'\b([lr])\."(\w+)"', r'"\2_\1"', rule)
            ways = ", ".join(f"gamma_{name}" for name in names)
            asked = f"SELECT {ways}, count(*) AS pairs FROM {table} WHERE {agree} GROUP BY ALL"  # noqa: S608 -- our own
            if rows := linker.misc.query_sql(asked).as_record_list():
                lessons.append(lesson_of(_seen(names, rows), strangers))
    return lessons


def _seen(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Seen:
    levels = np.array([[row[f"gamma_{name}"] for name in names] for row in rows])
    return Seen(tuple(names), levels, np.array([float(row["pairs"]) for row in rows]))


def _one_of_all(lessons: Iterable[Lesson], people: int) -> float:
    """How probable it is of two people, whoever they are, that they are one."""
    found = max((one.pairs for one in lessons), default=0.0) / FOUND
    return max(found, 1.0) / (people * (people - 1) / 2)


def _strangers(comparison: Comparison) -> list[float]:
    """How alike strangers are in this, from different to the same."""
    return [float(one.get("u_probability") or RAREST) for one in reversed(_levels(comparison))]


def _taught(comparison: Comparison, same: Mapping[str, Sequence[float]]) -> Comparison:
    """The comparison with what was learned of it."""
    shares = iter(reversed(same[comparison["output_column_name"]]))
    levels = [
        one if one.get("is_null_level") else {**one, "m_probability": next(shares), "u_probability": _rare(one)}
        for one in comparison["comparison_levels"]
    ]
    return {**comparison, "comparison_levels": levels}


def _rare(level: Mapping[str, Any]) -> float:
    return float(level.get("u_probability") or RAREST)


def _levels(comparison: Comparison) -> list[dict[str, Any]]:
    return [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]


def _columns_of(comparison: Comparison) -> set[str]:
    """The columns that a comparison reads."""
    told = " ".join(one["sql_condition"] for one in comparison["comparison_levels"])
    return set(re.findall(r'"(\w+)_[lr]"', told))


def _columns_in(rule: str) -> set[str]:
    """The columns that a rule reads."""
    return set(re.findall(r'l\."(\w+)"', rule))


def _settings(comparisons: Sequence[Comparison], rules: Iterable[str]) -> Model:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "comparisons": list(comparisons),
        "blocking_rules_to_generate_predictions": list(rules),
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


@contextmanager
def _bench(people: Sequence[Signals], settings: Model, fresh: Collection[str] = ()) -> Iterator[Any]:
    """A linker over these people, in memory and gone afterwards."""
    try:
        import duckdb
        from splink import DuckDBAPI, Linker
    except ImportError as error:
        raise NoScorer("scored matches need the extra `identity` (the package splink)") from error
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(":memory:", config={"enable_external_access": "false", "threads": "2"})
    try:
        yield Linker(
            DuckDBAPI(connection).register(_table(people, fresh)), settings, log_level=None, validate_settings=False
        )
    finally:
        connection.close()


def _table(people: Sequence[Signals], fresh: Collection[str]) -> Any:
    import pyarrow

    news, columns = set(fresh), columns_of(people)
    columns["fresh"] = [one.id in news for one in people]
    kinds = {"devices": pyarrow.list_(pyarrow.string()), "fresh": pyarrow.bool_()}
    kinds |= dict.fromkeys(("latitude", "longitude"), pyarrow.float64())
    # Of a column in which nothing is known, nobody could tell what it holds.
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in columns])
    return pyarrow.table(columns, schema=schema)


def _of(rules: Iterable[str], known: Collection[str]) -> list[str]:
    """The rules that read nothing but these columns."""
    return [rule for rule in rules if _columns_in(rule) <= set(known)]


def _labels(comparison: Comparison) -> dict[int, str]:
    """Value of a comparison -> its words; the last level is 0, that of the unknown -1."""
    told = [one["label_for_charts"] for one in _levels(comparison)]
    return {-1: "not known", **{len(told) - 1 - place: words for place, words in enumerate(told)}}


def _scored(row: Mapping[str, Any], labels: Mapping[str, Mapping[int, str]]) -> Scored:
    left, right = sorted((row["id_l"], row["id_r"]))
    because = tuple(
        Likeness(name, words[row[f"gamma_{name}"]], round(_bits(row, name), 2))
        for name, words in labels.items()
        if row[f"gamma_{name}"] != -1
    )
    return Scored(left, right, float(row["match_probability"]), float(row["match_weight"]), because)


def _bits(row: Mapping[str, Any], name: str) -> float:
    return float(row[f"mw_{name}"]) + float(row.get(f"mw_tf_adj_{name}") or 0.0)
