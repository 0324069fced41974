"""A club whose members sign up, some of them twice."""

from __future__ import annotations

from typing import Any

import orjson

from profiles import Matches, Profile, Thresholds, allows, parse_call
from profiles.matching.scorer import Model
from profiles.matching.tables import models
from storage import Database, HotCopies
from tests.profiles.world import World

NOW = 1_750_000_000.0


def agrees(profile: Profile) -> bool:
    """Whether they agreed to the purpose of it."""
    return allows(profile, "identity", {}).allowed


class Club:
    """People who sign up, and the matches among them. Merging is what an `alias` call does."""

    def __init__(self, database: Database, model: Model | None, **thresholds: Any) -> None:
        self.world = World(database, HotCopies(None))
        self.joined: list[str] = []
        self.serial = 0
        self.matches = Matches(database, self._join, Thresholds(**thresholds), agrees)
        if model is not None:
            with database.write() as connection:
                connection.execute(models.insert().values(at=NOW, people=300, document=orjson.dumps(model)))

    def tell(self, *people: tuple[str, dict[str, Any]], agree: bool | None = True) -> None:
        """These sign up, or tell more of themselves, and say whether they agree to be compared."""
        stamp = {} if agree is None else {"consent": {"categoryPreferences": {"identity": agree}}}
        self._take([self._call("identify", userId=user, traits=traits, context=stamp) for user, traits in people])

    def id_of(self, user: str) -> str:
        """The profile of a user."""
        found = self.world.profiles.get(f"user:{user}")
        assert found is not None
        return found.id

    def run(self, **how: bool) -> tuple[int, int, int]:
        """How many were compared, merged, and are shown."""
        ran = self.matches.run(NOW, **how)
        return ran.fresh, ran.merged, ran.waiting

    def _join(self, profile_id: str, other: str, *, author: str, reason: str, now: float) -> None:
        assert author and "scored match" in reason and now == NOW
        left, right = (self.world.profiles.by_id(one).aliases[0].removeprefix("user:") for one in (profile_id, other))
        self.joined.append(f"{left}+{right}")
        self._take([self._call("alias", userId=left, previousId=right)])

    def _call(self, kind: str, **body: Any) -> Any:
        self.serial += 1
        return kind, {"messageId": f"m{self.serial}", **body}, NOW + self.serial

    def _take(self, calls: list[Any]) -> None:
        events = [parse_call(kind, body, source="test", received_at=at) for kind, body, at in calls]
        self.world.intake.accept(events, NOW + self.serial)
