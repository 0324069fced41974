"""Publishing: the drafts checked as a whole, made a release, and the pointer flipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import orjson

import admin
from channels import check_template, create_channels
from engine import NOTHING, Around, validate
from layouts import OpenReleases, Release, Releases
from modules import PIN, ContentStore, check_content, parse_type
from pictures import Limits
from recommender import ModelStore
from rules import Finding, Instant
from service.house import House
from service.published import Published
from service.settings import Settings

Contents = Mapping[tuple[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Makes releases of the drafts. Content that is wrong is refused whole; the published release stays."""

    contents: ContentStore
    publishing: admin.Publishing

    def drafts(self) -> Contents:
        """Every draft's bytes by kind and key."""
        manifest = self.contents.manifest()
        by_digest = self.contents.content(set(manifest.values()))
        return {name: by_digest[digest] for name, digest in manifest.items()}

    def judged(self) -> Contents:
        """The drafts as a release of them is judged: pictures were looked at when they were saved."""
        return self.contents.judged(self.contents.manifest())

    def findings(
        self, contents: Contents | None = None, *, notes: bool = False, around: Around = NOTHING
    ) -> list[Finding]:
        """All that is wrong with this content (the drafts, if none is given) as a release, with what lies around it;
        `notes` too, if wanted."""
        return findings_of(self.judged() if contents is None else contents, notes=notes, around=around)

    def publish(self, name: str, author: str) -> Release:
        """Make the drafts the published release. Raises `CatalogueError` with every finding."""
        return self.publishing.publish_drafts(name, author)

    def roll_back(self, to: str | None, author: str) -> Release:
        """Go back to the release before, or to the one named."""
        return self.publishing.roll_back(to, author)


def create_publishing(
    settings: Settings,
    contents: ContentStore,
    releases: Releases,
    waiting: OpenReleases,
    models: ModelStore,
    clock: Callable[[], Instant],
    published: Published,
) -> admin.Publishing:
    """What publishes in this house; whoever publishes here sees it here at once."""

    def more(some: Contents) -> list[Finding]:
        return [*template_findings_of(some), *pin_findings_of(some, models)]

    trial = admin.Trial(create_channels(), settings.base_url)
    judge = admin.Judge(contents, trial, more, lambda: published.catalogue)
    return admin.Publishing(contents, releases, waiting, judge, admin.Served(releases), clock, published.refresh)


def findings_of(contents: Contents, *, notes: bool = False, around: Around = NOTHING) -> list[Finding]:
    """All that is wrong with this content as a release, known from nothing but itself and what lies around it;
    `notes` too, if wanted."""
    found = validate(contents, notes=notes, around=around)
    return found if any(f.severity == "error" for f in found) else found + template_findings_of(contents)


def template_findings_of(contents: Contents) -> list[Finding]:
    """What is wrong in the templates of the module types; pointers begin with `/types/key`."""
    found = []
    for (kind, key), data in contents.items():
        if kind != "types":
            continue
        made = parse_type(key, orjson.loads(data))
        for channel, text in made.templates.items():
            at = f"/types/{key}/templates/{channel}"
            wrong = check_template(channel, text, made.fields)
            found += [one.below(at) for one in wrong]
    return found


def pin_findings_of(contents: Contents, models: ModelStore) -> list[Finding]:
    """A model that is pinned and not there."""
    if PIN not in contents:
        return []
    wanted, known = orjson.loads(contents[PIN]).get("version"), [one.version for one in models.history()]
    if wanted in known:
        return []
    near = get_close_matches(str(wanted), known, n=1) or known[:1]
    remedy = f"such as {near[0]!r}" if near else "train one first: ./intarsia train"
    return [Finding(f"/{PIN[0]}/{PIN[1]}/version", f"there is no trained model {wanted!r}", remedy)]


def picture_findings_of(contents: Contents, limits: Limits) -> list[Finding]:
    """What is wrong with pictures that come in by another way than the management API."""
    return [
        finding.below(f"/{kind}/{key}")
        for (kind, key), content in contents.items()
        if kind == "assets"
        for finding in check_content(kind, key, content, limits)
    ]


def publisher_of(house: House) -> Publisher:
    """The publisher of a house."""
    return Publisher(house.contents, house.publishing)
