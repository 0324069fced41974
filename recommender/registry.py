"""The trained models that are kept, and the one that serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import JSON, Connection, Double, Integer, RowMapping, String, Table, select
from sqlalchemy.orm import Mapped, mapped_column

from recommender.bundle import Bundle
from recommender.errors import BundleError, UnknownChoiceError
from recommender.model import Model
from rules import Instant
from storage import RECOMMENDED, Act, Base, Database, Notice, emit, insert, record


class BlobStore(Protocol):
    """Keeps bytes by their digest."""

    def put(self, content: bytes, /) -> str:
        """Keep these bytes; their digest."""
        ...

    def get(self, digest: str, /) -> bytes:
        """The bytes with this digest."""
        ...


class ModelRow(Base):
    """One trained model; its bundle lies in the blob store."""

    __tablename__ = "models"

    version: Mapped[str] = mapped_column(String(12), primary_key=True)
    created_at: Mapped[float] = mapped_column(Double)
    digest: Mapped[str] = mapped_column(String)
    manifest: Mapped[dict[str, Any]] = mapped_column(JSON)
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON)


class CurrentModelRow(Base):
    """One row: the model that serves now."""

    __tablename__ = "current_model"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[str] = mapped_column(String(12))
    since: Mapped[float] = mapped_column(Double)


MODELS: Table = ModelRow.__table__  # type: ignore[assignment]
CURRENT: Table = CurrentModelRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Trained:
    """What is known of a model without loading it. `metrics` holds the held-out figures by recommender."""

    version: str
    created_at: Instant
    digest: str
    manifest: Mapping[str, Any]
    metrics: Mapping[str, Any]


class ModelStore:
    """Keeps every trained model, and points to the one that serves."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def put(self, bundle: Bundle, now: Instant, *, current: bool = True, author: str = "training") -> Trained:
        """Keep a model and, unless told otherwise, let it serve. A bundle that is kept already is kept once."""
        digest = self._blobs.put(bundle.save())
        with self._database.write() as connection:
            fresh = insert(connection, MODELS).values(_to_row(bundle, digest, now)).on_conflict_do_nothing()
            if connection.execute(fresh.returning(MODELS.c.version)).first():
                record(connection, Act(author, "model.keep", f"models/{bundle.version}", now, after=digest))
            trained = Trained(**_find(connection, bundle.version))
            if current:
                _serve(connection, trained, now, author)
        return trained

    def make_current(self, version: str, now: Instant, *, author: str = "training") -> None:
        """Let another model serve, an older one too; UnknownChoiceError if it was never put here."""
        with self._database.write() as connection:
            _serve(connection, Trained(**_find(connection, version)), now, author)

    newest = select(CURRENT.c.version)
    """Finds what `current` gives; for those who look for several news at once."""

    def current(self) -> str | None:
        """Version of the model that serves."""
        with self._database.read() as connection:
            return connection.execute(self.newest).scalar()

    def load(self, version: str) -> Model:
        """A model ready to answer; BundleError where its bundle is not what was trained."""
        with self._database.read() as connection:
            row = _find(connection, version)
        bundle = Bundle.load(self._blobs.get(row["digest"]))
        if bundle.version != version:
            raise BundleError(f"it is {bundle.version}, not {version}")
        return Model.of(bundle)

    def history(self) -> tuple[Trained, ...]:
        """Every model, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(MODELS).order_by(MODELS.c.created_at.desc(), MODELS.c.version)).mappings()
            return tuple(Trained(**row) for row in rows)


def _find(connection: Connection, version: str) -> RowMapping:
    row = connection.execute(select(MODELS).where(MODELS.c.version == version)).mappings().first()
    if row is None:
        raise UnknownChoiceError("trained model", version, connection.execute(select(MODELS.c.version)).scalars())
    return row


def _serve(connection: Connection, model: Trained, now: Instant, author: str) -> None:
    served = select(MODELS.c.version, MODELS.c.digest).join(CURRENT, CURRENT.c.version == MODELS.c.version)
    before = connection.execute(served).first()
    if before is not None and before.version == model.version:
        return
    _point_to(connection, model.version, now)
    what = f"models/{model.version}"
    record(connection, Act(author, "model.serve", what, now, before.digest if before else "", model.digest))
    told: dict[str, Any] = {"version": model.version, "before": before.version if before else None, "by": author}
    told["purge"] = [RECOMMENDED]
    emit(connection, Notice("model.served", what, now, told))


def _point_to(connection: Connection, version: str, now: Instant) -> None:
    pointer = {"version": version, "since": now}
    row = insert(connection, CURRENT).values(id=1, **pointer)
    connection.execute(row.on_conflict_do_update(index_elements=[CURRENT.c.id], set_=pointer))


def _to_row(bundle: Bundle, digest: str, now: Instant) -> dict[str, Any]:
    # The digests of the arrays stay with the arrays: the row is for reading.
    manifest = {name: part for name, part in bundle.manifest.items() if name != "arrays"}
    return {
        "version": bundle.version,
        "created_at": now,
        "digest": digest,
        "manifest": manifest,
        "metrics": bundle.manifest.get("held_out", {}),
    }
