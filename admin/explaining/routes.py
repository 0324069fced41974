"""The route for "why is this (not) shown to this person, and what would change that?"."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_smorest import Blueprint

from accounts import NotAllowed
from admin.deps import Deps
from admin.explaining.schemas import ExplainedSchema, ExplainSchema
from admin.sight.visible import READ
from engine import Account, Catalogue, account_for
from modules import UnknownContent
from rules import Explanation, Facts, Flip, Origin, Rule, check, describe, explain, parse

TOLD = Origin("told", 0.0)
"""Where a fact comes from that the asker told, or the clock."""


def add_explain_route(blueprint: Blueprint, deps: Deps) -> None:
    """Add the route that explains a module, a segment or any logic for one person."""

    @blueprint.route("/explain", methods=["POST"])
    @blueprint.arguments(ExplainSchema)
    @blueprint.response(200, ExplainedSchema)
    def explain_one(body: dict[str, Any]) -> dict[str, Any]:
        """Why a module, a segment or any logic says yes or no to a person, and the least that would change it"""
        catalogue, facts = deps.known(body)
        if "module" in body:
            _check_seen(catalogue, body["module"])
            accounts = [_told(one) for one in account_for(catalogue, body["module"], facts)]
            return {
                "passes": all(one["passes"] for one in accounts),
                "accounts": accounts,
                "findings": [],
                "context": _context(facts),
            }
        if "segment" in body:
            account = _of_rule("segment", body["segment"], _segment(catalogue, body["segment"]), catalogue, facts)
            return {"passes": account["passes"], "accounts": [account], "findings": [], "context": _context(facts)}
        account = _of_rule("logic", "", parse(body["logic"]), catalogue, facts)
        findings = check(body["logic"], catalogue.vocabulary)
        return {"passes": account["passes"], "accounts": [account], "findings": findings, "context": _context(facts)}


def _context(facts: Facts) -> list[dict[str, Any]]:
    """The facts of the visit, each with where it comes from."""
    context, made = facts.values.get("context"), []
    for name, value in sorted(context.items()) if isinstance(context, dict) else ():
        origin = facts.origins.get(name, TOLD)
        found = origin is not TOLD
        at = origin.at if found else None
        made.append({"name": name, "value": value, "source": origin.source, "at": at, "cached": origin.cached})
    return made


def _check_seen(catalogue: Catalogue, module: str) -> None:
    """Raise `NotAllowed` for a module that whoever asks may not see."""
    candidate = catalogue.modules.get(module)
    if candidate is not None and not g.principal.may_type(READ, "modules", candidate.type.key):
        raise NotAllowed(READ, f"modules/{module}")


def _segment(catalogue: Catalogue, key: str) -> Rule:
    rules = {segment.key: segment.rule for segment in catalogue.segments}
    if key not in rules:
        raise UnknownContent("segments", key, rules)
    return rules[key]


def _of_rule(gate: str, name: str, rule: Rule, catalogue: Catalogue, facts: Facts) -> dict[str, Any]:
    told = explain(rule, facts, catalogue.vocabulary)
    plain = {"gate": gate, "name": name, "passes": told.outcome == "yes", "text": told.sentence}
    return {**plain, **_explained(told), "description": describe(rule, catalogue.vocabulary)}


def _told(account: Account) -> dict[str, Any]:
    plain = {"gate": account.gate, "name": account.name, "passes": account.passes, "text": account.text}
    return {**plain, **_explained(account.explanation)} if account.explanation else plain


def _explained(told: Explanation) -> dict[str, Any]:
    telling = {leaf.pointer for leaf in told.telling}
    return {
        "outcome": told.outcome,
        "description": told.text,
        "remedy": told.remedy,
        "flips": [_flip(one) for one in told.flips],
        "stuck": told.stuck,
        "predicates": [
            {
                "pointer": leaf.pointer,
                "outcome": leaf.outcome,
                "decided": leaf.pointer in telling,
                "text": leaf.reason,
                "subject": leaf.subject,
                "wanted": leaf.wanted,
                "actual": leaf.actual,
                "absent": leaf.unknown,
            }
            for leaf in told.leaves
        ],
    }


def _flip(one: Flip) -> dict[str, Any]:
    changes = [{"fact": change.key, "text": text} for change, text in zip(one.changes, one.texts, strict=True)]
    return {"text": one.text, "outcome": one.outcome, "changes": changes}
