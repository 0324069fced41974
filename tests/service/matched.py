"""Two people who wait for somebody to say whether they are one."""

from __future__ import annotations

import orjson

from profiles import MatchState
from profiles.matching.tables import pairs
from storage import vault_of
from tests.service.conftest import Shop

FIRST, SECOND = "eve", "eva"


def meet(shop: Shop, *, agree: bool = True) -> int:
    """Two people sign up, who agree to be compared, and a run has found them alike; the number of the pair."""
    stamp = {"consent": {"categoryPreferences": {"identity": agree}}}
    for user in (FIRST, SECOND):
        call = {"messageId": user, "userId": user, "traits": {"last_name": "Berg"}, "context": stamp}
        assert shop.post("/v1/identify", call).status_code == 200
    with shop.house.database.write() as connection:
        left, right = sorted(vault_of(connection).mark(f"user:{user}") for user in (FIRST, SECOND))
        told = orjson.dumps([{"what": "family", "how": "the same", "bits": 11.5}])
        found = {"state": MatchState.WAITING, "note": "likely", "probability": 0.9, "because": told, "model": 1}
        row = pairs.insert().values(left=left, right=right, found_at=shop.clock(), reason="", **found)
        made = connection.execute(row).inserted_primary_key
    assert made is not None
    return int(made[0])
