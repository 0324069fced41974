"""Every rule that a release holds, and which of them ask for what is other in another vocabulary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from engine.candidates import Policy, Target
from engine.catalogue import Catalogue
from engine.linking import OWN
from engine.pieces import Name
from engine.writing import written
from profiles import Segment
from rules import Vocabulary, parse_text


class Asking(NamedTuple):
    """A rule, the content that it stands in, and the paths that it reads."""

    name: Name
    document: bytes
    reads: frozenset[str]


def all_asking(catalogue: Catalogue) -> Iterator[Asking]:
    """Every rule of a release, where it is written."""
    for name, piece in catalogue.pieces.pairs():
        value = piece.value.target if isinstance(piece.value, Policy) else piece.value
        if isinstance(value, Target):
            yield Asking(name, value.document, value.reads)
        elif isinstance(value, Segment):
            yield Asking(name, written(value.rule.logic), value.rule.reads)
    for candidate in catalogue.modules.each():
        for target in candidate.targets:
            if target.name == OWN:
                yield Asking(("modules", candidate.key), target.document, target.reads)


def keys_asked(documents: Iterable[bytes], vocabulary: Vocabulary) -> Counter[str]:
    """How many of these rules name each path below a wildcard."""
    above = [re.escape(path[:-1].encode()) for path in vocabulary.attributes if path.endswith(".*")]
    if not above:
        return Counter()
    below = re.compile(b'"((?:' + b"|".join(above) + rb')[^"\\]*)"')
    return Counter(text.decode() for document in documents for text in set(below.findall(document)))


def asks_for_others(before: Vocabulary, after: Vocabulary) -> Callable[[Asking], bool] | None:
    """Tells which rules name what one of the vocabularies has otherwise than the other; None where they are alike."""
    both = before.attributes.keys() | after.attributes.keys()
    paths = {path.removesuffix(".*") for path in both if before.attributes.get(path) != after.attributes.get(path)}
    segments = [key.encode() for key in before.segments ^ after.segments]
    events = {one for one in {*before.events, *after.events} if before.events.get(one) != after.events.get(one)}
    if not paths and not segments and not events:
        return None
    related: dict[frozenset[str], bool] = {}

    def tells(one: Asking) -> bool:
        if one.reads not in related:
            related[one.reads] = any(_related(read, path) for read in one.reads for path in paths)
        if related[one.reads] or (segments and any(key in one.document for key in segments)):
            return True
        return bool(events) and b'"events"' in one.document and not events.isdisjoint(_events(one.document))

    return tells


def _related(read: str, path: str) -> bool:
    return read == path or read.startswith(f"{path}.") or path.startswith(f"{read}.")


def _events(document: bytes) -> frozenset[str]:
    return parse_text(document).reads_events
