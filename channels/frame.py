"""The frame of a mail: all that stands around its modules, compiled from MJML once."""

from __future__ import annotations

import re
from functools import cache

import mrml

from channels.errors import TemplateFault

FONTS = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
LANGUAGE, TITLE, PREHEADER, COLUMNS, BODY = (f"intarsia:{name}" for name in ("lang", "title", "pre", "columns", "body"))

_HEAD = f"""<mj-head>
<mj-attributes>
<mj-all font-family="{FONTS}" />
<mj-text font-size="16px" line-height="24px" color="#1f2328" />
<mj-button font-size="16px" background-color="#1f5f46" color="#ffffff" border-radius="6px" />
</mj-attributes>
<mj-raw><meta name="color-scheme" content="light dark" /></mj-raw>
<mj-raw><meta name="supported-color-schemes" content="light dark" /></mj-raw>
<mj-style>:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}
@media (prefers-color-scheme: dark) {{
body, .module, .module table {{ background-color: #16191c !important; }}
.module div, .module td, .module h2, .module p, .item-name {{ color: #eceff1 !important; }}
}}
{COLUMNS}</mj-style>
</mj-head>"""

_SECTION = re.compile(r'<div [^>]*aria-roledescription="email"[^>]*>(.*)</div></body></html>\s*\Z', re.DOTALL)
_COLUMN = re.compile(rb"mj-column-(per|px)-(\d+(?:-\d+)?)")
_SPELLED = re.compile(r"&#(\d{3,7});")
# No list of fonts: mrml would link to a font service otherwise, and opening a mail would tell it.
_OPTIONS = mrml.RenderOptions(fonts={})


def compile_section(mjml: str) -> str:
    """The HTML of one or more MJML sections, without a frame. Raises `TemplateFault` where it is not MJML."""
    found = _SECTION.search(_compiled(f"<mjml>{_HEAD}<mj-body>{mjml}</mj-body></mjml>"))
    if found is None or "<mj-" in found[1]:
        raise TemplateFault("the mail template holds an unknown mj- element", "use mj-section, mj-column, mj-text …")
    return found[1]


@cache
def frame() -> tuple[str, ...]:
    """The pieces of the frame in order; those that equal one of the names above are filled for each mail."""
    preview = f"<mj-preview>{PREHEADER}</mj-preview></mj-head>"
    mjml = f'<mjml lang="{LANGUAGE}" dir="ltr">{_HEAD.replace("</mj-head>", preview)}<mj-body><mj-raw>{BODY}</mj-raw>'
    html = _compiled(f"{mjml}</mj-body></mjml>").replace("<title></title>", f"<title>{TITLE}</title>")
    return tuple(re.split(f"({LANGUAGE}|{TITLE}|{PREHEADER}|{COLUMNS}|{BODY})", html))


def column_styles(body: bytes) -> str:
    """The rules that put columns side by side on wide screens, for the columns that the body uses."""
    rules = []
    for unit, number in sorted(set(_COLUMN.findall(body))):
        name, width = number.decode(), number.decode().replace("-", ".")
        size = f"{width}%" if unit == b"per" else f"{width}px"
        rules.append(f".mj-column-{unit.decode()}-{name} {{ width: {size} !important; max-width: {size}; }}")
    return f"@media only screen and (min-width: 480px) {{ {' '.join(rules)} }}" if rules else ""


def _compiled(mjml: str) -> str:
    # mrml writes attributes as Rust debugs a string: it would spell out marks, joined emoji and backslashes.
    spelled = mjml.encode("ascii", "xmlcharrefreplace").decode().replace("\\", "&#92;")
    try:
        html = mrml.to_html(spelled, render_options=_OPTIONS).content
        return _SPELLED.sub(lambda found: chr(int(found[1])), html)
    except (OSError, ValueError, OverflowError) as error:  # mrml raises OSError for any syntax error
        raise TemplateFault(
            f"the mail template is not MJML: {error}", "close every tag and quote every value"
        ) from error
