"""Settings: what cannot be is refused at start, by name."""

from __future__ import annotations

import pytest

from service.setting_texts import SettingError
from service.settings import Settings, read_settings


def test_nothing_set_means_the_defaults_of_the_manual() -> None:
    assert read_settings({"PATH": "/bin"}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("INTARSIA_ZON", "UTC", "did you mean INTARSIA_ZONE"),
        ("INTARSIA_ZONE", "Mars/Olympus", "Europe/Berlin"),
        ("INTARSIA_MAX_BODY", "many", "not a number"),
        ("INTARSIA_MAX_BODY", "-1", "not positive"),
        ("INTARSIA_STRICT", "perhaps", "yes nor no"),
        ("INTARSIA_LOG_LEVEL", "loud", "debug, info"),
        ("INTARSIA_DATABASE_URL", "mysql://root@host/db", "begin with postgresql://"),
        ("INTARSIA_DATABASE_URL", "intarsia.db", "begin with postgresql://"),
        ("INTARSIA_AUDIT_KEY", "short", "fewer than 32 characters"),
        ("INTARSIA_AUDIT_KEY", "k" * 32 + ",short", "fewer than 32 characters"),
        ("INTARSIA_WEBHOOK_TRIES", "0", "not positive"),
        ("INTARSIA_ADMIN_URL", "content.example.com", "is no address"),
        ("INTARSIA_OIDC_ISSUER", "id.example.com", "is no address"),
        ("INTARSIA_OIDC_ROLES", "editors", "not VALUE=ROLE"),
        ("INTARSIA_PROXIES", "-1", "not positive"),
        ("INTARSIA_SEEN_DAYS", "29", "at least 30"),
        ("INTARSIA_SESSION_IDLE", "0", "not positive"),
    ],
)
def test_a_setting_that_cannot_be_is_named(variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingError, match=words) as raised:
        read_settings({variable: value})
    assert variable in str(raised.value)


def test_postgresql_may_be_named_as_everywhere() -> None:
    for url in ("postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        assert read_settings({"INTARSIA_DATABASE_URL": url}).database == "postgresql+psycopg://u@h/d"


def test_values_of_a_claim_may_give_several_roles() -> None:
    told = "cn=editors,=editor"  # a comma parts the pairs, whatever stands in them
    with pytest.raises(SettingError):
        read_settings({"INTARSIA_OIDC_ROLES": told})
    read = read_settings({"INTARSIA_OIDC_ROLES": "team a=editor, team a=approver,it=admin"}).oidc_roles
    assert read == {"team a": ("editor", "approver"), "it": ("admin",)}


def test_a_secret_is_not_shown_with_the_settings() -> None:
    settings = read_settings({"INTARSIA_OIDC_CLIENT_SECRET": "hush", "INTARSIA_PROXIES": "0"})
    assert settings.oidc_client_secret == "hush" and "hush" not in repr(settings)


def test_redis_may_be_named_as_everywhere() -> None:
    assert read_settings({"REDIS_URL": "redis://x"}).redis_url == "redis://x"
    assert read_settings({"REDIS_URL": "redis://x", "INTARSIA_REDIS_URL": "redis://y"}).redis_url == "redis://y"
