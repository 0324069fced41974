"""The content store: immutable revisions, and for each key a draft that points at one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, select

from modules.assets import LOOKED_AT
from modules.content_kinds import check_key
from modules.listing import asking, searching
from modules.listing.fulltext import Where
from modules.listing.searching import Found
from modules.listing.sight import Sight
from modules.listing.values import Filters, Listed, Order, Page, Place
from modules.reference import Reference
from modules.store import bodies, graph, past, pictures, pointing
from modules.store.batches import batches
from modules.store.deriving import derive_all
from modules.store.graph import Use, Within
from modules.store.knowing import Types
from modules.store.leaving import Leave, Leaving, put_away
from modules.store.saving import DRAFTS, Stamp, drafts_of, expect_draft, keep, save
from modules.store.serving import note_served
from modules.store.values import ANY, Draft, MadeBy, Manifest, Name, Revision
from modules.tables import drafts
from pictures import Facts
from rules import Instant
from storage import BlobStore, Database, lock_out


class ContentStore:
    """Revisions and drafts in the SQL database. Bodies are kept as the exact bytes that came in, those of pictures
    among the `blobs`, where there are any.

    Every write is in the audit log and in the outbox, or it did not happen.
    """

    def __init__(self, database: Database, blobs: BlobStore | None = None) -> None:
        self._database = database
        self._blobs = blobs

    def put(
        self,
        kind: str,
        key: str,
        content: bytes,
        *,
        author: str,
        now: Instant,
        expect: str | None = ANY,
        made_by: MadeBy = MadeBy.SAVE,
    ) -> Revision:
        """Save a body as a new revision and point the draft at it.

        Bytes that the draft holds already change nothing, and its own revision is the answer; those of an older
        revision are saved anew. `expect` is the digest that the writer read (None: nothing was there): raises
        `Conflict` when it is not so, and `Archived` for what was put away.
        """
        saved = self.put_all(
            {(kind, key): content}, author=author, now=now, expect={(kind, key): expect}, made_by=made_by
        )
        return saved[0]

    def put_all(
        self,
        contents: Mapping[Name, bytes],
        *,
        author: str,
        now: Instant,
        expect: Mapping[Name, str | None] | None = None,
        made_by: MadeBy = MadeBy.SAVE,
    ) -> tuple[Revision, ...]:
        """Save many bodies in one transaction: all of them or none. `expect` as in `put`, for those it names."""
        return self.change(contents, (), author=author, now=now, expect=expect, made_by=made_by)

    def change(
        self,
        contents: Mapping[Name, bytes],
        gone: Collection[Name],
        *,
        author: str,
        now: Instant,
        expect: Mapping[Name, str | None] | None = None,
        made_by: MadeBy = MadeBy.SAVE,
        override: str = "",
        leaving: Sequence[Leaving] = (),
        more: Callable[[Connection], Mapping[Name, bytes]] | None = None,
    ) -> tuple[Revision, ...]:
        """Save many bodies and take others away in one transaction: all of it or nothing.

        `expect` as in `put`, for those it names; what is `gone` is refused as in `delete`, once all is saved, and then
        those that are `leaving`, one lot after the other.

        `more` is asked when nobody else can write any more: what it gives is saved as well (modules of a type that is
        saved; what they name stands in the graph already), and what it writes is of this transaction; it may raise.
        """
        lots = [*([Leaving("deleted", frozenset(gone), override)] if gone else ()), *leaving]
        for kind, key in (*contents, *(name for lot in lots for name in lot.names)):
            check_key(kind, key)
        # Before the transaction: a draft never points at a picture that is not there, and nobody waits for its bytes.
        elsewhere = pictures.keep(self._blobs, contents)
        stamp = Stamp(author, now, made_by, elsewhere)
        with self._write() as connection:
            for name, expected in (expect or {}).items():
                expect_draft(connection, *name, expected)
            found = {} if more is None else more(connection)
            every = {**contents, **found}
            stamp = replace(stamp, along=found.keys())
            types = Types(connection, every)
            saved = tuple(one for batch in batches(every) for one in save(connection, batch, stamp, types))
            for lot in lots:
                put_away(connection, lot.past, lot.names, Leave(author, now, lot.override))
        return saved

    def keep(self, contents: Mapping[Name, bytes], *, author: str, now: Instant) -> None:
        """Keep bodies that a publication put together of several revisions: revisions that no draft points at."""
        if not contents:
            return
        with self._write() as connection:
            types, stamp = Types(connection, contents), Stamp(author, now, MadeBy.PUBLISH)
            for batch in batches(contents):
                keep(connection, batch, stamp, types)

    def delete(
        self, kind: str, key: str, *, author: str, now: Instant, expect: str | None = ANY, override: str = ""
    ) -> None:
        """Take the draft away; its revisions and the releases that hold them stay. `UnknownContent` if none.

        Raises `StillPublished` for what is served and `InUse` for what others name, unless `override` says why it
        must go all the same; that is recorded.
        """
        check_key(kind, key)
        with self._write() as connection:
            expect_draft(connection, kind, key, expect)
            put_away(connection, "deleted", {(kind, key)}, Leave(author, now, override))

    def delete_all(self, names: Collection[Name], *, author: str, now: Instant, override: str = "") -> None:
        """Take many drafts away at once, or none of them. What they name among themselves does not hinder them."""
        self._leave("deleted", names, Leave(author, now, override))

    def archive(self, names: Collection[Name], *, author: str, now: Instant, override: str = "") -> None:
        """Put drafts away: they stay, but are in no release that is made, and cannot be saved. Refused as `delete`."""
        self._leave("archived", names, Leave(author, now, override))

    def unarchive(self, names: Collection[Name], *, author: str, now: Instant) -> None:
        """Take drafts out of the archive."""
        self._leave("unarchived", names, Leave(author, now, ""))

    def _leave(self, past: str, names: Collection[Name], leave: Leave) -> None:
        for kind, key in names:
            check_key(kind, key)
        with self._write() as connection:
            put_away(connection, past, frozenset(names), leave)

    def published(self, connection: Connection, changes: Mapping[Name, str | None], *, at: Instant) -> None:
        """Take note, in the transaction that publishes, of what is served from now on (None: no longer)."""
        note_served(connection, changes, at)

    def users(
        self, kind: str, key: str, *, within: Within = "drafts", after: Use | None = None, limit: int | None = None
    ) -> Sequence[Use]:
        """Where this content is used in the `drafts`, in what is `published`, or in any manifest, a page at a time."""
        check_key(kind, key)
        with self._database.read() as connection:
            return graph.users(connection, kind, key, within, after, limit)

    def references(self, wanted: Manifest) -> Mapping[Name, Sequence[Reference]]:
        """What each of these bodies names."""
        with self._database.read() as connection:
            return graph.references(connection, wanted)

    def drafts_of(self, names: Collection[Name]) -> Mapping[Name, Draft]:
        """Those of these names that have a draft, archived or not."""
        with self._database.read() as connection:
            return drafts_of(connection, names)

    def get(self, kind: str, key: str) -> Draft | None:
        """The draft under a key, archived or not."""
        with self._database.read() as connection:
            row = connection.execute(DRAFTS.where(drafts.c.kind == kind, drafts.c.key == key)).first()
        return Draft(*row) if row else None

    def shown(self, names: Collection[Name], kinds: Collection[str] = ()) -> Manifest:
        """The digests of the drafts under these names, and of all of these kinds, as a release would hold them: without
        the archived ones, and in the order of their names."""
        with self._database.read() as connection:
            return pointing.shown(connection, names, kinds)

    def asking(self, kind: str, targets: Collection[Name], below: Collection[str] = ()) -> Collection[Name]:
        """The drafts of a kind that name any of these, or a fact below one of these paths. Names of facts and events
        are given under `FACTS` and `EVENTS`."""
        with self._database.read() as connection:
            return graph.asking(connection, kind, targets, below)

    def held(self, names: Iterable[Name], *, archived: bool = False) -> Manifest:
        """The digests of the drafts under these names, where there are any; of `archived` ones only if wanted."""
        with self._database.read() as connection:
            return graph.held(connection, names, archived)

    def listed(self, kind: str, keys: Sequence[str]) -> Sequence[Listed]:
        """The drafts under these keys as lists show them, archived or not; each must be there."""
        with self._database.read() as connection:
            return asking.items(connection, kind, keys)

    def list(self, kind: str, *, after: str = "", limit: int | None = None) -> list[Draft]:
        """The drafts of a kind that are not archived in the order of their keys, from the first behind `after`."""
        of_kind = DRAFTS.where(drafts.c.kind == kind, drafts.c.key > after, drafts.c.archived_at.is_(None))
        with self._database.read() as connection:
            return [Draft(*row) for row in connection.execute(of_kind.order_by(drafts.c.key).limit(limit))]

    def page(
        self,
        kind: str,
        filters: Filters,
        order: Order,
        *,
        after: Place | None = None,
        limit: int = 100,
        sight: Sight | None = None,
    ) -> Page:
        """The drafts of a kind that are wanted and that `sight` shows, in a total order, a page at a time."""
        with self._database.read() as connection:
            return asking.page(connection, kind, filters, order, after, limit, sight)

    def search(
        self,
        query: str,
        where: Where,
        *,
        after: searching.Place | None = None,
        limit: int = 20,
        sight: Sight | None = None,
    ) -> Found:
        """The drafts that hold every word of the query where `sight` shows them; its last word may be unfinished."""
        with self._database.read() as connection:
            return searching.search(connection, query, where, after, limit, sight)

    def known(self, kind: str) -> tuple[str, ...]:
        """Every key of a kind that is not archived: what a did-you-mean chooses from."""
        shown = select(drafts.c.key).where(drafts.c.kind == kind, drafts.c.archived_at.is_(None))
        with self._database.read() as connection:
            return tuple(connection.execute(shown).scalars())

    def content(self, digests: Collection[str]) -> Mapping[str, bytes]:
        """The bytes of each digest; digests that no revision has are left out."""
        with self._database.read() as connection:
            found = bodies.read(connection, digests)
        return found | pictures.read(self._blobs, [digest for digest in digests if digest not in found])

    def judged(self, manifest: Manifest) -> Mapping[Name, bytes]:
        """The bytes of each name as a release is judged by them: pictures were looked at when they were saved."""
        digests = {digest for (kind, _), digest in manifest.items() if kind not in pictures.PICTURES}
        found = self.content(digests)
        return {name: LOOKED_AT if name[0] in pictures.PICTURES else found[digest] for name, digest in manifest.items()}

    def facts(self, digests: Collection[str]) -> Mapping[str, Facts]:
        """What these pictures are; those that cannot be had now, or are none, are left out."""
        return pictures.learn(self._database, self.content, digests)

    def manifest(self) -> Manifest:
        """The drafts of every kind, as a release would hold them: without the archived ones."""
        with self._database.read() as connection:
            return pointing.manifest(connection)

    def history(self, kind: str, key: str) -> Sequence[Revision]:
        """Every revision of a key, newest first."""
        with self._database.read() as connection:
            return past.history(connection, kind, key)

    def revision(self, kind: str, key: str, version: int) -> Revision:
        """One revision of a key. Raises `UnknownContent`."""
        with self._database.read() as connection:
            return past.revision(connection, kind, key, version)

    def served(self, kind: str, key: str) -> Revision:
        """What is published of a key: the newest revision with its bytes. Raises `UnknownContent` if nothing is."""
        with self._database.read() as connection:
            return past.served(connection, kind, key)

    def derive(self) -> None:
        """Work out anew what is derived from bodies, unless that was done in the present way: quick at every start."""
        with self._write() as connection:
            derive_all(connection)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        # One writer at a time: between what a writer expects and what it writes nobody comes.
        with self._database.write() as connection:
            lock_out(connection, "content")
            yield connection
