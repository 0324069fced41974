"""What a change of some content may mean to other content: that which must be judged again with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.asking import all_asking, asks_for_others
from engine.catalogue import Catalogue
from engine.judging import assets_in
from engine.linking import named_by
from engine.pieces import Name
from rules import Vocabulary

Users: TypeAlias = Callable[[Collection[Name]], Iterable[Name]]
"""Names of content -> the names of what names some of it."""

SHOWN: Final = ("assets", "asset-details")


@dataclass(frozen=True, slots=True)
class Dependents:
    """Finds what depends on a change of a release. `users` tell who shows an asset; without, all modules are read."""

    base: Catalogue
    changed: Collection[Name]
    users: Users | None = None

    def names(self, before: Vocabulary, after: Vocabulary) -> set[Name]:
        """What did not change itself but may be judged otherwise under the vocabulary that there is afterwards."""
        return {
            *self._of_types(),
            *self._of_modules(),
            *self._of_assets(),
            *self._of_places(),
            *self._of_vocabulary(before, after),
        } - set(self.changed)

    def _of(self, kind: str) -> set[str]:
        return {key for its_kind, key in self.changed if its_kind == kind}

    def _of_types(self) -> Iterator[Name]:
        """Modules of a changed type, and the layouts that name them."""
        types = self._of("types")
        if types:
            keys = {c.key for c in self.base.modules.each() if c.type.key in types}
            yield from (("modules", key) for key in keys)
            yield from self._naming(keys)

    def _of_modules(self) -> Iterator[Name]:
        """Layouts and experiments that name a changed module."""
        modules = self._of("modules")
        if modules:
            yield from self._naming(modules)
            for (kind, key), piece in self.base.pieces.pairs():
                if kind == "experiments" and any(not modules.isdisjoint(v.modules) for v in piece.value.variations):
                    yield kind, key

    def _of_assets(self) -> Iterator[Name]:
        """Modules that show a changed asset, and what is said of it."""
        assets = {key for kind in SHOWN for key in self._of(kind)}
        if not assets:
            return
        yield from (("asset-details", key) for key in assets if key in self.base.details)
        if self.users is not None:
            yield from self.users([(kind, key) for kind in SHOWN for key in assets])
            return
        for candidate in self.base.modules.each():
            if any(name in assets for _, name in assets_in(candidate.body.unpack())):
                yield "modules", candidate.key

    def _of_places(self) -> Iterator[Name]:
        """Types that are made for certain slots, where layouts changed; where locales did, all that is written in."""
        if self._of("layouts"):
            yield from (("types", key) for key, made in self.base.types.items() if made.slots)
        if self._of("locales"):
            yield from ((kind, key) for kind, key in self.base.pieces if kind == "locales")
            yield from (("modules", key) for key in self.base.modules)

    def _of_vocabulary(self, before: Vocabulary, after: Vocabulary) -> Iterator[Name]:
        """Rules that name an attribute, event or segment that is other."""
        tells = asks_for_others(before, after)
        if tells is not None:
            yield from (one.name for one in all_asking(self.base) if tells(one))
            yield from ((kind, key) for kind, key in self.base.pieces if kind == "triggers")

    def _naming(self, modules: Collection[str]) -> Iterator[Name]:
        for key, plan in self.base.plans.items():
            if any(name in modules for _, name in named_by(plan.layout)):
                yield "layouts", key
