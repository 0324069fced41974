"""Pictures over HTTP: as they are, and in the sizes and formats that a page needs."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from engine import Catalogue
from modules import KINDS, BadKey, check_key
from pictures import Rendition, RenditionError, names_format, read_asked, read_written, sniff, target_of
from service.pictures import SHORT, Pictures, accepted
from service.previewing import Previewing
from service.problems import Problem, field_error

AUTO: Final = "auto"
SVG: Final = "svg"
FOR_GOOD: Final = "public, max-age=31536000, immutable"
FOR_AN_HOUR: Final = "public, max-age=3600"
FOR_A_MINUTE: Final = "public, max-age=60"
"""How long an answer may be kept: what its address says whole, what depends on settings, what is the newest."""
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""An SVG opened by itself is a document; it must not run or fetch anything."""


def create_blueprint(pictures: Pictures, previewing: Previewing) -> Blueprint:
    """/assets: by name alone, by digest and name, and in a size."""
    blueprint = Blueprint("assets", __name__, url_prefix="/assets")

    @blueprint.get("/<name>")
    def newest(name: str) -> BaseResponse:
        return _newest(pictures, name)

    @blueprint.get("/<digest>/<name>")
    def asset(digest: str, name: str) -> Response:
        if preview := previewing.of(request):
            return _previewed(pictures, previewing.catalogue(preview), name, digest)
        found = _found(pictures, name, digest)
        if request.args:
            return _asked(pictures, name, found)
        return _answer(_original(pictures, name, found), KINDS["assets"].media_type(name), found, FOR_GOOD)

    @blueprint.get("/<digest>/<size>/<name>")
    def sized(digest: str, size: str, name: str) -> Response:
        asked = read_written(size)
        if asked is None:
            raise Problem(404, "Unknown size", f"{size[:80]!r} is no size; one is written w640 or w640h360")
        bare, _, ending = name.rpartition(".")
        named, form = (bare, ending) if _is_asset(bare) and names_format(ending) else (name, AUTO)
        return _rendition(pictures, named, _found(pictures, named, digest), asked, form, written=True)

    return blueprint


def _previewed(pictures: Pictures, catalogue: Catalogue, name: str, digest: str) -> Response:
    """A picture of a preview as it is: who has the link sees it, and no cache keeps it."""
    found = catalogue.assets.get(name)
    if found is None or len(digest) < SHORT or not found.startswith(digest):
        raise Problem(404, "Unknown asset", f"{name[:120]!r} is not in this preview", Cache_Control="no-store")
    kind = KINDS["assets"].media_type(name)
    return _answer(_original(pictures, name, found), kind, found, "private, no-store")


def _newest(pictures: Pictures, name: str) -> BaseResponse:
    found = _found(pictures, name, None)
    rendition, form = _read_arguments() if request.args else (None, AUTO)
    if rendition is not None:
        rendition = pictures.snapped(name, rendition)
    answer = redirect(pictures.address(name, found, rendition, _ending(form)), 302)
    answer.headers["Cache-Control"] = FOR_A_MINUTE
    return answer


def _asked(pictures: Pictures, name: str, digest: str) -> Response:
    rendition, form = _read_arguments()
    return _rendition(pictures, name, digest, rendition, form, written=False)


def _read_arguments() -> tuple[Rendition, str]:
    try:
        asked = {name: _once(name) for name in request.args}
        form = asked.get("format", AUTO)
        if form != AUTO:
            target_of(form, (), (), "")
        return read_asked(asked), form
    except RenditionError as error:
        raise _refused(error) from None


def _once(name: str) -> str:
    if len(request.args.getlist(name)) > 1:
        raise RenditionError(name, "is given more than once", "give it once")
    return request.args[name]


def _rendition(pictures: Pictures, name: str, digest: str, asked: Rendition, form: str, *, written: bool) -> Response:
    source = pictures.format_of(digest, name)
    if source == SVG:
        return _drawing(pictures, name, digest, form)
    target = target_of(form, accepted(request.accept_mimetypes), pictures.settings.asset_formats, source)
    rendition = pictures.snapped(name, asked)
    exact = written and rendition == asked
    made = pictures.develop(digest, rendition, target, lambda: _original(pictures, name, digest))
    if made is None:
        media_type = KINDS["assets"].media_type(name)
        answer = _answer(_original(pictures, name, digest), media_type, digest, FOR_A_MINUTE)
    else:
        kind = sniff(made)
        media_type = kind.media_type if kind else f"image/{target}"
        answer = _answer(made, media_type, rendition.name(digest, target), FOR_GOOD if exact else FOR_AN_HOUR)
    if not exact:
        answer.headers["Content-Location"] = pictures.address(name, digest, rendition, _ending(form))
    if form == AUTO:
        answer.vary.add("Accept")
    return answer


def _drawing(pictures: Pictures, name: str, digest: str, form: str) -> Response:
    if form != AUTO:
        raise _refused(
            RenditionError("format", f"{name!r} is a drawing: its reader makes the pixels", "name no format")
        )
    return _answer(_original(pictures, name, digest), KINDS["assets"].media_type(name), digest, FOR_GOOD)


def _ending(form: str) -> str:
    return "" if form == AUTO else f".{form}"


def _found(pictures: Pictures, name: str, digest: str | None) -> str:
    found = pictures.find(name, digest) if _is_asset(name) else None
    if found is None:
        was = "nothing was ever published under this address" if digest else "the published release has no such asset"
        raise Problem(404, "Unknown asset", f"{name[:120]!r}: {was}", Cache_Control="no-store")
    return found


def _original(pictures: Pictures, name: str, digest: str) -> bytes:
    content = pictures.original(digest)
    if content is None:
        raise Problem(404, "Lost asset", f"the bytes of {name!r} are lost; save it again", Cache_Control="no-store")
    return content


def _is_asset(name: str) -> bool:
    try:
        check_key("assets", name)
    except BadKey:
        return False
    return True


def _answer(content: bytes, media_type: str, tag: str, keep: str) -> Response:
    answer: Response = Response(content, content_type=media_type)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = keep
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return answer


def _refused(error: RenditionError) -> Problem:
    return Problem(422, "No such rendition", str(error), errors=[field_error(error.field, error.message, error.remedy)])
