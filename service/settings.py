"""Every setting of the product, read once from the environment at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path

from pictures import Limits, Sizes, Target
from service.setting_texts import PREFIX, SettingError, read_text


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a deployment may choose; each field is the environment variable INTARSIA_<FIELD>."""

    data_dir: Path = Path(".data")
    """Where the embedded database, the hot copies and the blobs live."""
    database_url: str = ""
    """SQLAlchemy URL of the truth; empty: SQLite in `data_dir`."""
    redis_url: str = ""
    """URL of a Redis-protocol server (also read from REDIS_URL); empty: an embedded Valkey in `data_dir`."""
    redis_prefix: str = "intarsia"
    """Start of every key in the Redis-protocol server; services that share one need one each."""
    base_url: str = "http://127.0.0.1:8321"
    """Public address of this service; links in mails and assets start with it."""
    zone: str = "UTC"
    """Named time zone of people who do not say theirs."""
    locale: str = "en"
    """Locale of asks that do not name one."""
    currency: str = "USD"
    """Currency of items that do not name one."""
    max_body: int = 1_000_000
    """Largest request body in bytes; tracking calls have limits of their own below it."""
    track_rate: int = 0
    """Events that each write key may send a second to each process; 0: any number."""
    tcf_vendor: int = 0
    """Our number in the Global Vendor List, for which TC strings are read; 0: we are the publisher."""
    seen_days: int = 35
    """Days for which an event is known again by its message id although it was purged; 30 at least."""
    match_purpose: str = "identity"
    """Consent purpose of those who are compared to find who is one person; empty: nobody is compared."""
    match_automatic: float = 0.99
    """Probability from which on two people are merged by themselves; above 1: never."""
    match_review: float = 0.8
    """Probability from which on two people are shown to somebody."""
    match_careful: bool = True
    """Show, and do not merge, those whose first names differ: people of one household are alike in all else."""
    cors_origins: tuple[str, ...] = ("*",)
    """Origins whose pages may ask delivery and tracking; `*` is every one, none are the pages of this service."""
    poll_interval: timedelta = timedelta(milliseconds=250)
    """How often a worker looks whether another release, model or item list was published, in seconds."""
    cache_seconds: int = 60
    """Seconds for which shared caches may keep what is assembled for nobody in particular; 0: they ask each time."""
    cache_stale: int = 30
    """Seconds for which they may use it after that while they ask anew."""
    cache_error: int = 3_600
    """Seconds for which they may use it after that when we cannot be reached."""
    cache_key_bytes: int = 1_500
    """Most bytes of cache keys in each of the headers that name them."""
    storefront: Path | None = None
    """Folder of a static storefront to serve at /shop/; none by default."""
    strict: bool = False
    """Raise on a broken module instead of showing its slot's fallback; for development."""
    approval: bool = False
    """Four eyes: publish nothing that nobody approved who had no hand in it."""
    log_level: str = "info"
    """How much the servers say: debug, info, warning or error."""
    audit_key: str = ""
    """What seals the audit log: at least 32 characters; older keys after it, with commas. Empty: one in `data_dir`."""
    trusted_sources: tuple[str, ...] = ()
    """Write keys, by name, that are known to servers alone: whom they call verified is."""
    people_key: str = ""
    """What wraps the keys of people: at least 32 characters; older ones after it, with commas. Empty: one in
    `data_dir`."""
    erasures: Path | None = None
    """File of the ledger of erasures, apart from the database and its backups; by default in `data_dir`."""
    retention: Mapping[str, int] = field(default_factory=dict)
    """Days that events are kept: by type, by `purpose:NAME`, and `*` for all others; what is not named stays."""
    request_months: int = 1
    """Months within which what people ask about their data is to be done."""
    admin_url: str = "http://127.0.0.1:8322"
    """Public address of management; one-time links start with it, and with https its cookies are secure ones."""
    proxies: int = 0
    """How many proxies stand in front, each of which adds to X-Forwarded-For; 0: nobody is believed."""
    places: Path | None = None
    """A file in MaxMind's format (.mmdb) by which visitors' addresses are places; no address is kept."""
    enrichers: Path | None = None
    """A JSON file that names services to ask for more facts of a visit; none by default."""
    session_idle: timedelta = timedelta(hours=4)
    """Hours without a request after which a session of management is over."""
    session_lifetime: timedelta = timedelta(hours=24)
    """Hours after which a session is over in any case."""
    oidc_issuer: str = ""
    """Issuer of an OpenID Connect provider that people may sign in by; none by default."""
    oidc_client_id: str = ""
    """What that provider knows this service by."""
    oidc_client_secret: str = field(default="", repr=False)
    """The secret that goes with it; empty for a public client, which has PKCE alone."""
    oidc_scopes: str = "openid profile email"
    """Scopes that it is asked for."""
    oidc_role_claim: str = ""
    """Claim of the id token that gives roles, such as `groups` or `realm_access.roles`; none: roles are given here."""
    oidc_roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What values of that claim give, as `VALUE=ROLE`, with commas between them."""
    live_url: str = "http://127.0.0.1:8323"
    """Public address of the streams that tell open pages of changes; where the process that holds them is reached."""
    live_connections: int = 2_000
    """Pages that may listen at once; further ones are told to come back later."""
    webhook_private: bool = False
    """Let webhooks reach loopback and private networks, and plain HTTP; for development."""
    webhook_tries: int = 20
    """Tries after which a message to a webhook is given up; twenty span about a day."""
    webhook_days: int = 14
    """Days that news and deliveries are kept: so far back a receiver can be told again."""
    mail_from: str = "shop@example.com"
    """Sender of the mails that are rendered as MIME."""
    blobs: str = ""
    """Where pictures and models are kept: empty for `data_dir`, another folder, or `s3://bucket/prefix`."""
    blobs_endpoint: str = ""
    """Address of an S3-compatible server; empty for that of AWS. Its keys are read from the usual AWS variables."""
    near_bytes: int = 2_000_000_000
    """Bytes on the local disk for what can be had again: renditions, and copies of blobs that are kept elsewhere."""
    asset_bytes: int = 10_000_000
    """Largest file of a picture, in bytes."""
    asset_pixels: int = 40_000_000
    """Most pixels of one frame of a picture; all frames of a moving one together may have four times as many."""
    asset_frames: int = 300
    """Most frames of a moving picture."""
    asset_widths: tuple[int, ...] = Sizes().widths
    """Widths in pixels that pictures can be had in; others are taken to the next."""
    asset_ratios: tuple[str, ...] = Sizes().shapes
    """Shapes that pictures can be cut to, width to height; others are taken to the nearest."""
    asset_formats: tuple[Target, ...] = (Target.AVIF, Target.WEBP)
    """Formats that are sent to those who accept them, the best first."""

    @property
    def limits(self) -> Limits:
        """The largest picture that is taken."""
        return Limits(self.asset_bytes, self.asset_pixels, self.asset_frames)

    @property
    def sizes(self) -> Sizes:
        """All sizes that pictures can be had in."""
        return Sizes(self.asset_widths, self.asset_ratios)

    @property
    def database(self) -> str:
        """The URL of the truth, the embedded one where none is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'intarsia.db').resolve()}"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises `SettingError` on an unknown or malformed one."""
    environ = os.environ if environ is None else environ
    names = {f.name for f in fields(Settings)}
    chosen: dict[str, object] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"did you mean {PREFIX}{near[0].upper()}?" if near else "see docs/settings.md"
            raise SettingError(name, f"there is no such setting; {hint}")
        chosen[name] = read_text(name, text)
    if not chosen.get("redis_url") and environ.get("REDIS_URL"):
        chosen["redis_url"] = environ["REDIS_URL"]
    return Settings(**chosen)  # type: ignore[arg-type]
