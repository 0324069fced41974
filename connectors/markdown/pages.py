"""The pages of a folder: which file is which thing, of which type, in which locale."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from connectors.errors import FileError
from connectors.importing import Options, Report, State, key_of, locale_of, read_file, walk
from connectors.markdown.matter import MatterError, split

ENDINGS = (".md", ".markdown")
LARGEST = 5_000_000
NOT_CONTENT = frozenset({"node_modules", "_site", "_layouts", "_includes", "_sass", "layouts", "themes", "archetypes"})
"""Folders of site generators that hold no content."""

AROUND = frozenset({"src", "content", "collections"})
"""Folders that only lie around those of the types."""

_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
    lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi
    pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
    tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_CODES.split())
"""ISO 639-1: a folder or a suffix of another name is no locale."""

_HEADING = re.compile(r"\s*#[ \t]+([^\n]{1,300}?)[ \t]*#*[ \t]*(?:\n|\Z)")
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})-(.+)")


@dataclass(slots=True)
class Page:
    """One file: `id` is the same for every locale of one thing."""

    path: str
    id: str
    type: str
    slug: str
    locale: str
    matter: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    state: State = State.PUBLISHED


def pages_of(root: Path, options: Options, report: Report) -> list[Page]:
    """Every page of a folder in the order of their paths; what is none is told."""
    files = [file for file in walk(root) if not NOT_CONTENT & {*file.relative_to(root).parts[:-1]}]
    paths = [file.relative_to(root).as_posix() for file in files]
    around = _locale_folders(paths, options)
    pages: list[Page] = []
    for file, path in zip(files, paths, strict=True):
        if file.suffix.lower() == ".mdx":
            report.lost("files", "MDX holds code of a front end, which no import understands", path)
        if file.suffix.lower() in ENDINGS:
            pages += _page(file, path, options, around, report)
    return pages


def _page(file: Path, path: str, options: Options, around: Collection[str], report: Report) -> Iterator[Page]:
    try:
        text = read_file(file, LARGEST).decode("utf-8-sig").replace("\r\n", "\n")
        matter, words = split(text)
    except UnicodeDecodeError:
        report.lost("files", "it is not UTF-8", path)
        return
    except MatterError as error:
        report.lost("files", f"its front matter: {error}", path)
        return
    except FileError as error:
        report.lost("files", error.message, path)
        return
    page = _placed(path, options, around)
    page.matter |= matter
    page.text = words
    _say(page, matter)
    _name(page, report)
    yield page


def _placed(path: str, options: Options, around: Collection[str]) -> Page:
    """What the path of a file alone says of it."""
    pure = PurePosixPath(path)
    stem, folders = pure.stem, list(pure.parts[:-1])
    locale = ""
    head, dot, last = stem.rpartition(".")
    if dot and (code := _code(last, options)):
        stem, locale = head, code
    for folder in folders:
        if folder in around and (code := _code(folder, options)):
            locale = locale or code
    folders = [folder for folder in folders if folder not in around]
    id_ = "/".join([*folders, stem])
    inner = [folder for folder in folders if folder not in AROUND]
    if stem.strip("_") == "index" and folders:
        stem = folders[-1]
        inner = inner[:-1] or inner
    day, slug = _dated(stem)
    kind = key_of(inner[0].strip("_")) if inner else ""
    page = Page(path, id_, kind or "page", slug, locale or options.locale)
    if day:
        page.matter["date"] = day
    return page


def _dated(stem: str) -> tuple[date | None, str]:
    """The day that a name begins with, as Jekyll wants it, and the rest."""
    found = _DATED.fullmatch(stem)
    try:
        return (date.fromisoformat(found[1]), found[2]) if found else (None, stem)
    except ValueError:
        return None, stem


def _say(page: Page, matter: dict[str, Any]) -> None:
    """What a page says of itself is stronger than where it lies."""
    if isinstance(matter.get("type"), str) and key_of(matter["type"]):
        page.type = key_of(matter["type"])
    for name in ("lang", "locale", "language"):
        if isinstance(matter.get(name), str) and (code := locale_of(matter[name])):
            page.locale = code
    for name in ("translationKey", "ref"):
        if isinstance(matter.get(name), (str, int)):
            page.id = f"{page.type}:{matter[name]}"
    if isinstance(matter.get("slug"), str):
        page.slug = matter["slug"]
    if matter.get("draft") is True or matter.get("published") is False or "_drafts" in page.path.split("/"):
        page.state = State.DRAFT


def _name(page: Page, report: Report) -> None:
    """A page without a title is named by the heading that it begins with."""
    found = _HEADING.match(page.text)
    if found and not page.matter.get("title"):
        page.matter["title"], page.text = found[1].strip(), page.text[found.end() :]
        report.changed(page.type, "the heading that a page begins with became its title", page.path)


def _locale_folders(paths: list[str], options: Options) -> set[str]:
    """Names of folders that are locales: all that are named as such, or those that lie beside the default one's."""
    if options.locales:
        return {name for path in paths for name in path.split("/")[:-1] if _code(name, options)}
    found: set[str] = set()
    children: dict[str, set[str]] = {}
    for path in paths:
        parts = path.split("/")[:-1]
        for number, name in enumerate(parts):
            if _code(name, options):
                children.setdefault("/".join(parts[:number]), set()).add(name)
    for names in children.values():
        if any(locale_of(name) == options.locale for name in names):
            found |= names
    return found


def _code(name: str, options: Options) -> str | None:
    """The locale that a folder or a suffix names, None where it is another word."""
    locale = locale_of(name)
    if locale is None or (options.locales and locale not in options.locales):
        return None
    if options.locales:
        return locale
    return locale if locale.split("-")[0] in LANGUAGES and len(locale) in (2, 5, 7) else None
