"""Pictures of which nobody said what they show, and sayings about pictures that are not there."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from modules import ModuleType, missing_alts, parse_details
from rules import Finding

Bodies = Mapping[tuple[str, str], dict[str, Any]]


def alt_findings(
    bodies: Bodies, types: Mapping[str, ModuleType], names: Container[tuple[str, str]]
) -> Iterator[Finding]:
    """Each image of a module that has no alt text in one of its locales, neither there nor in its asset's details; and
    details of assets that are not among the `names`."""
    for kind, key in bodies:
        if kind == "asset-details" and ("assets", key) not in names:
            yield Finding(f"/asset-details/{key}", f"there is no asset {key!r}", "upload it, or take its details away")
    details = {key: parse_details(key, body) for (kind, key), body in bodies.items() if kind == "asset-details"}
    for (kind, key), body in bodies.items():
        made = types.get(str(body.get("type"))) if kind == "modules" else None
        if made is not None:
            for finding in missing_alts(body, made.shared, details):
                yield finding.below(f"/modules/{key}")
