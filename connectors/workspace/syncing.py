"""Pushing a folder to another side and pulling it from there: what was compared is what is written, or nothing is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from connectors.errors import ConnectorError
from connectors.files import file_name, read_folder
from connectors.workspace.agreements import Base, clear_incoming
from connectors.workspace.reconciling import Common, Contents, Name, Outcome, reconcile
from connectors.workspace.settling import Choice
from modules import digest_of


class Interrupted(ConnectorError):
    """A push that ended before its end. What was done is done, and the same push again does the rest."""

    def __init__(self, done: Collection[Name], left: Collection[Name], cause: Exception) -> None:
        self.done = tuple(done)
        self.left = tuple(left)
        self.cause = cause
        super().__init__(f"{len(self.done)} done, {len(self.left)} left: {cause}")


class Side(Protocol):
    """A place that holds content: drafts of a database, a service somewhere, an export of another system."""

    @property
    def name(self) -> str:
        """What its base is filed under."""

    def manifest(self) -> Mapping[Name, str]:
        """Digest by kind and key of all that it holds."""

    def contents(self, names: Collection[Name]) -> Contents:
        """The bytes of these."""

    def apply(self, puts: Contents, gone: Collection[Name], expect: Mapping[Name, str | None]) -> None:
        """Save and take away, all or nothing where it can, if it still holds what is expected: digests, None for
        nothing. Raises `Interrupted` where only a part was done."""


@dataclass(slots=True)
class Comparison:
    """A folder held against another side."""

    base: Base
    side: str
    ours: Contents
    manifest: Mapping[Name, str]
    outcomes: list[Outcome]

    @property
    def clashes(self) -> list[Outcome]:
        """What both sides have changed, each in its own way."""
        return [outcome for outcome in self.outcomes if outcome.clashes]

    @property
    def outgoing(self) -> list[Outcome]:
        """What a push would change on the other side."""
        return [o for o in self.outcomes if not o.clashes and o.theirs_differs]

    @property
    def incoming(self) -> list[Outcome]:
        """What a pull would change in the folder."""
        return [o for o in self.outcomes if not o.clashes and o.ours_differs]


@dataclass(slots=True)
class Done:
    """What a push or pull has written, and which removals it left alone because nobody asked for them."""

    written: list[Name] = field(default_factory=list)
    removed: list[Name] = field(default_factory=list)
    kept: list[Name] = field(default_factory=list)


def compare(folder: Path, side: Side, choice: Choice = Choice.NONE) -> Comparison:
    """Read both sides, and only those bodies of the other one that the folder and its base do not hold."""
    base, ours = Base.read(folder), read_folder(folder)
    manifest = side.manifest()
    known = {digest_of(content): content for content in ours.values()}
    theirs: dict[Name, bytes] = {}
    for name, digest in manifest.items():
        content = known.get(digest) or base.body(digest)
        if content is not None:
            theirs[name] = content
    theirs |= side.contents([name for name in manifest if name not in theirs])
    common = Common(base.digests(side.name), base.body)
    return Comparison(base, side.name, ours, manifest, reconcile(common, ours, theirs, choice))


def push(found: Comparison, side: Side, *, delete: bool = False) -> Done:
    """Make the other side hold what the folder changed; what was merged is written into the folder, too.

    Nothing is taken away there unless `delete` says so. The caller sees to it that nothing clashes.
    """
    going = [outcome for outcome in found.outgoing if delete or outcome.result is not None]
    puts = {outcome.name: outcome.result for outcome in going if outcome.result is not None}
    gone = [outcome.name for outcome in going if outcome.result is None]
    expect = {outcome.name: found.manifest.get(outcome.name) for outcome in going}
    try:
        if going:
            side.apply(puts, gone, expect)
    except Interrupted as stop:
        _settle(found, [outcome for outcome in going if outcome.name in stop.done])
        raise
    _settle(found, going)
    kept = [outcome.name for outcome in found.outgoing if outcome not in going]
    return Done(list(puts), gone, kept)


def _settle(found: Comparison, pushed: list[Outcome]) -> None:
    _write(found.base.folder, {o.name: o.result for o in pushed if o.result is not None and o.ours_differs}, ())
    _agree(found, pushed)


def pull(found: Comparison, *, delete: bool = False) -> Done:
    """Make the folder hold what the other side changed, beside its own changes. Nothing is taken away unasked."""
    coming = [outcome for outcome in found.incoming if delete or outcome.result is not None]
    puts = {outcome.name: outcome.result for outcome in coming if outcome.result is not None}
    gone = [outcome.name for outcome in coming if outcome.result is None]
    _write(found.base.folder, puts, gone)
    _agree(found, coming, theirs=True)
    kept = [outcome.name for outcome in found.incoming if outcome not in coming]
    return Done(list(puts), gone, kept)


def agree_on(folder: Path, side: str, contents: Contents) -> None:
    """Note that the folder and a side both hold this, after an export or an import."""
    base = Base.read(folder)
    digests = {**base.digests(side), **{name: digest_of(content) for name, content in contents.items()}}
    base.write(side, digests, contents)


def _agree(found: Comparison, settled: list[Outcome], *, theirs: bool = False) -> None:
    """Note what is in common now: all that did not differ, and of what was settled the state of the other side."""
    digests = dict(found.base.digests(found.side))
    differing = {outcome.name for outcome in found.outcomes}
    contents = {name: content for name, content in found.ours.items() if name not in differing}
    digests |= {name: digest_of(content) for name, content in contents.items()}
    for outcome in settled:
        content = outcome.theirs if theirs else outcome.result
        if content is None:
            digests.pop(outcome.name, None)
        else:
            digests[outcome.name], contents[outcome.name] = digest_of(content), content
    both = {name for name in digests if name not in found.ours and name not in found.manifest and name not in differing}
    found.base.write(found.side, {n: d for n, d in digests.items() if n not in both}, contents)


def _write(folder: Path, puts: Contents, gone: Collection[Name]) -> None:
    """Write files so that a crash leaves each old or new: all are laid ready first, then moved one by one."""
    ready = clear_incoming(folder)
    laid = []
    for number, (name, content) in enumerate(puts.items()):
        (ready / str(number)).write_bytes(content)
        laid.append((ready / str(number), folder / file_name(*name)))
    for source, target in laid:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
    for name in gone:
        (folder / file_name(*name)).unlink(missing_ok=True)
    ready.rmdir()
