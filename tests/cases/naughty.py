"""Text that breaks programs: what somebody may send where a text is asked for. Of our own making."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    # what databases, logs and terminals stumble over
    "nul": "before\x00after",
    "escape": "\x1b[31mred\x1b[0m",
    "bell and backspace": "ring\x07\x08",
    "delete": "gone\x7f",
    "next line of C1": "one\x85two",
    "end of medium of C1": "\x9c",
    # what looks like nothing, or like something else
    "nothing": "",
    "a blank": " ",
    "no-break spaces": "\u00a0wide\u202f\u2009gap\u3000",
    "zero width": "in\u200bvis\u200cib\u200dle\u2060",
    "byte order mark": "\ufeffmarked",
    "soft hyphen": "soft\u00adhyphen",
    "right to left override": "invoice\u202efdp.exe",
    "isolates that stay open": "\u2067left open",
    "arabic and latin": "مرحبا hello שלום",
    "variation selectors": "\u2764\ufe0f \u2764\ufe0e",
    "tags of a flag": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    # what is more than one character, or less
    "family": "👩\u200d👩\u200d👧\u200d👦",
    "stack of marks": "Z" + "\u0335\u0321\u0489\u0300\u0301" * 40,
    "composed": "caf\u00e9 \u212b \ufb01",
    "decomposed": "cafe\u0301 A\u030a fi",
    "hangul in pieces": "\u1112\u1161\u11ab",
    "dotless i": "I\u0307 \u0131 \u0130",
    "sharp s": "STRASSE Straße ẞ",
    "noncharacters": "\ufffe \uffff \U0001ffff",
    "unassigned": "\u0378 \U0003ffff",
    "private use": "\ue000 \U0010ffff",
    "replacement": "\ufffd",
    "beyond the first plane": "𝒳 𠜎 🏳️\u200d🌈",
    # lines
    "line feed": "one\ntwo",
    "carriage return": "one\rtwo",
    "both": "one\r\ntwo",
    "line separator": "one\u2028two",
    "paragraph separator": "one\u2029two",
    "tab and vertical tab": "one\ttwo\x0bthree",
    # words that mean something to somebody
    "null": "null",
    "undefined": "undefined",
    "not a number": "NaN",
    "true": "true",
    "zero": "0",
    "exponent": "1e999",
    "prototype": "__proto__",
    "constructor": "constructor.prototype",
    "a reserved name": "CON",
    "dots": "../../etc/passwd",
    "an address": "file:///etc/passwd",
    "percent": "%00%0a%c0%ae%",
    "backslash": "\\ \\0 \\u0000 \\",
    "quotes": "'\"`´‘’“”",
    "json": '{"$ref": "#/definitions/x"}',
    # what a careless program runs
    "sql": "'; DROP TABLE modules; --",
    "like": "100%_\\%",
    "full text": 'a AND ("b* NEAR/2 c:d ^e -f',
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)',
    "closing": "--></style></title></textarea>]]><img src=x onerror=alert(1)>",
    "entity": "&lt;b&gt; &amp;amp; &#0; &nosuch;",
    "template": "${7*7} #{7*7} <%= 7*7 %> {% raw %}",
    "merge field": "{{ 7 * 7 }}",
    "open merge field": "{{ profile.first_name",
    "format": "%s %n {0} {__class__}",
    "shell": "$(touch x) `id` | cat",
    "header": "name\r\nSet-Cookie: a=b",
    "log4": "${jndi:ldap://127.0.0.1/a}",
    "csv": "=1+1",
    # too much
    "a thousand letters": "x" * 1_000,
    "ten thousand words": "word " * 10_000,
    "a megabyte of emoji": "😀" * 262_144,
}
"""What it is -> the text."""

RAW: Final[Mapping[str, str]] = {
    "lone high surrogate": r'"\ud83d"',
    "lone low surrogate": r'"\ude00"',
    "surrogates the wrong way round": r'"\ude00\ud83d"',
    "bare nul": '"a\x00b"',
    "bare line feed": '"a\nb"',
    "unknown escape": r'"\x41"',
    "cut escape": r'"\u00"',
}
"""JSON texts that are no text, or half a character; to be refused wherever JSON is read."""
