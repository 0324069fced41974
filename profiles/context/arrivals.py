"""How somebody came: by a campaign, a search, a social network, a mail, another site or by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from rules import Json

SEARCH: Final = ("google.", "bing.com", "duckduckgo.com", "yahoo.", "ecosia.org", "baidu.com", "yandex.", "qwant.com",
                 "startpage.com", "search.brave.com", "naver.com", "seznam.cz", "kagi.com")  # fmt: skip
SOCIAL: Final = ("facebook.com", "instagram.com", "t.co", "twitter.com", "x.com", "linkedin.com", "lnkd.in",
                 "pinterest.", "reddit.com", "tiktok.com", "youtube.com", "youtu.be", "threads.net", "bsky.app",
                 "whatsapp.com", "t.me", "vk.com", "xing.com", "snapchat.com", "mastodon.social")  # fmt: skip
MAIL: Final = ("mail.", "webmail.", "outlook.live.com", "outlook.office.com", "gmx.", "web.de", "proton.me")
PAID: Final = frozenset({"gclid", "gbraid", "wbraid", "msclkid", "dclid"})
CAMPAIGN: Final = ("source", "medium", "campaign", "term", "content")
ARRIVAL_FACTS: Final = frozenset({"referrer_kind", "referrer_host", *CAMPAIGN})
"""The facts that an address and a referrer tell."""
WORDS: Final = 200
LONGEST: Final = 4_000


def arrival_of(properties: Mapping[str, Json], context: Mapping[str, Json]) -> dict[str, Json]:
    """How the person came to the page of this event: `referrer_kind`, and what else is told of the way."""
    if isinstance(known := context.get("referrer_kind"), str):
        names = ("referrer_host", *CAMPAIGN)
        return {"referrer_kind": known, **{name: context[name] for name in names if name in context}}
    url, referrer = properties.get("url"), properties.get("referrer")
    search = properties.get("search")
    page = url if isinstance(url, str) else search if isinstance(search, str) else ""
    return dict(arrival(page[:LONGEST], referrer[:LONGEST] if isinstance(referrer, str) else ""))


@lru_cache(maxsize=4096)
def arrival(url: str, referrer: str) -> Mapping[str, Any]:
    """What an address and the one before it tell: `referrer_host` is its host alone, `referrer_kind` one of campaign,
    search, social, mail, referral and direct. Never raises."""
    query, here, host = _query(url), _host(url), _host(referrer)
    told = {name: query[f"utm_{name}"][:WORDS] for name in CAMPAIGN if query.get(f"utm_{name}")}
    if host == here:
        host = ""
    if host:
        told["referrer_host"] = host[:WORDS]
    return {"referrer_kind": _kind(told, query, host), **told}


def _kind(told: Mapping[str, str], query: Mapping[str, str], host: str) -> str:
    if told.get("medium", "").lower() in {"email", "e-mail", "mail", "newsletter"}:
        return "mail"
    if told.keys() & {"source", "medium", "campaign"} or query.keys() & PAID:
        return "campaign"
    for kind, hosts in (("mail", MAIL), ("search", SEARCH), ("social", SOCIAL)):
        if any(_is_of(host, one) for one in hosts):
            return kind
    return "referral" if host else "direct"


def _is_of(host: str, pattern: str) -> bool:
    """Whether a host is that one, or below it; `google.` is it in any country, `mail.` whatever is called so."""
    if pattern.endswith("."):
        return host.startswith(pattern) or f".{pattern}" in f".{host}"
    return host == pattern or host.endswith(f".{pattern}")


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _query(address: str) -> dict[str, str]:
    try:
        split = urlsplit(address)
        return dict(parse_qsl(split.query, max_num_fields=100))
    except ValueError:
        return {}
