"""Comments in the SQL database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, exists, func, insert, or_, select, update

from modules.comments.tables import comments
from modules.comments.values import DEEPEST, BadComment, Comment, NotYours, UnknownComment, check_text
from modules.content_kinds import digest_of
from rules import Finding, Instant
from storage import Act, Database, Notice, emit, lock_out, record

c = comments.c
COMMENT = tuple(c[name] for name in Comment.__slots__)


class Comments:
    """What people say about content, in threads. Each write is in the audit log, as a digest, and in the outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        kind: str,
        key: str,
        text: str,
        *,
        pointer: str = "",
        version: int,
        mentions: Sequence[str] = (),
        author: str,
        now: Instant,
    ) -> Comment:
        """Begin a thread about a place. Raises `BadComment`."""
        check_text(text)
        if len(pointer) > DEEPEST or (pointer and not pointer.startswith("/")) or not pointer.isprintable():
            message = f"a pointer begins with / and has at most {DEEPEST} characters"
            raise BadComment(
                Finding("/pointer", message, "for example /locales/en/heading; leave it out for the whole")
            )
        comment = Comment("", "", kind, key, pointer, version, text, tuple(mentions), author, now)
        with self._write() as connection:
            return _added(connection, comment)

    def answer(
        self, comment: str, text: str, *, version: int, mentions: Sequence[str] = (), author: str, now: Instant
    ) -> Comment:
        """Answer in the thread of a comment; it is about the same place. Raises `UnknownComment`, `BadComment`."""
        check_text(text)
        with self._write() as connection:
            first = _find(connection, _find(connection, comment).thread)
            place = (first.kind, first.key, first.pointer)
            one = Comment("", first.id, *place, version, text, tuple(mentions), author, now)
            return _added(connection, one)

    def edit(self, comment: str, text: str, *, mentions: Sequence[str] = (), author: str, now: Instant) -> Comment:
        """Put one's own words right. Raises `UnknownComment`, `NotYours`, `BadComment`."""
        check_text(text)
        with self._write() as connection:
            there = _own(connection, comment, author, "edit")
            values = {"text": text, "mentions": list(mentions), "edited_at": now}
            return _changed(connection, there, "comment.edited", author, now, values)

    def delete(self, comment: str, *, author: str, now: Instant) -> Comment:
        """Take one's own words back; their place in the thread stays. Raises `UnknownComment`, `NotYours`."""
        with self._write() as connection:
            there = _own(connection, comment, author, "delete")
            values = {"text": "", "mentions": [], "deleted_at": now}
            return _changed(connection, there, "comment.deleted", author, now, values)

    def resolve(self, comment: str, resolved: bool, *, author: str, now: Instant) -> Comment:
        """Mark the thread of a comment as dealt with, or as open again; its first comment. Raises `UnknownComment`."""
        with self._write() as connection:
            first = _find(connection, _find(connection, comment).thread, deleted=True)
            if (first.resolved_at is not None) == resolved:
                return first
            values = {"resolved_at": now if resolved else None, "resolved_by": author if resolved else None}
            done = "comment.resolved" if resolved else "comment.reopened"
            return _changed(connection, first, done, author, now, values)

    def get(self, comment: str) -> Comment:
        """A comment by its id. Raises `UnknownComment`."""
        with self._database.read() as connection:
            return _find(connection, comment)

    def of(self, kind: str, key: str, *, resolved: bool | None = None) -> list[Comment]:
        """Every comment on one piece of content: threads by their age, each in the order in which it was said."""
        first = comments.alias()
        of_key = _select().join(first, first.c.id == c.thread).where(c.kind == kind, c.key == key)
        of_key = of_key.order_by(first.c.number, c.number)
        with self._database.read() as connection:
            return [_comment(row) for row in connection.execute(_settled(of_key, first, resolved))]

    def concerning(
        self,
        name: str,
        *,
        resolved: bool | None = None,
        after: int | None = None,
        limit: int = 100,
    ) -> list[Comment]:
        """What others said in threads that somebody takes part in or is mentioned in, the newest first.

        `after` is the number of the last one of the page before.
        """
        first, other = comments.alias(), comments.alias()
        takes_part = or_(other.c.author == name, _mentions(other.c.mentions, name))
        mine = exists().where(other.c.thread == c.thread, takes_part)
        found = _select().join(first, first.c.id == c.thread).where(mine, c.author != name, c.deleted_at.is_(None))
        if after is not None:
            found = found.where(c.number < after)
        found = found.order_by(c.number.desc()).limit(limit)
        with self._database.read() as connection:
            return [_comment(row) for row in connection.execute(_settled(found, first, resolved))]

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._database.write() as connection:
            lock_out(connection, "comments")
            yield connection


def _select() -> Select[*tuple[Any, ...]]:
    return select(*COMMENT)


def _comment(row: Row[*tuple[Any, ...]]) -> Comment:
    values = dict(zip(Comment.__slots__, row, strict=True))
    return Comment(**{**values, "mentions": tuple(values["mentions"])})


def _settled(found: Select[*tuple[Any, ...]], first: Any, resolved: bool | None) -> Select[*tuple[Any, ...]]:
    if resolved is None:
        return found
    at = first.c.resolved_at
    return found.where(at.is_not(None) if resolved else at.is_(None))


def _mentions(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    # Names have no quotes, so that one in quotes is found whole; both databases can look into a JSON text.
    return cast(column, Text).contains(f'"{name}"', autoescape=True)


def _find(connection: Connection, comment: str, *, deleted: bool = False) -> Comment:
    row = connection.execute(_select().where(c.id == comment)).first()
    found = _comment(row) if row else None
    if found is None or (found.deleted_at is not None and not deleted and found.thread != found.id):
        raise UnknownComment(comment)
    return found


def _own(connection: Connection, comment: str, author: str, what: str) -> Comment:
    there = _find(connection, comment)
    if there.deleted_at is not None:
        raise UnknownComment(comment)
    if there.author != author:
        raise NotYours(there, what)
    return there


def _added(connection: Connection, comment: Comment) -> Comment:
    number = connection.execute(select(func.coalesce(func.max(c.number), 0) + 1)).scalar_one()
    # Numbers begin again when a database is made anew; names do not.
    made = digest_of(f"{number}\t{comment.created_at}\t{comment.author}\t{comment.text}".encode())[:32]
    comment = replace(comment, id=made, thread=comment.thread or made, number=number)
    values = {name: getattr(comment, name) for name in Comment.__slots__}
    connection.execute(insert(comments).values({**values, "mentions": list(comment.mentions)}))
    _tell(connection, comment, "comment.added", comment.author, comment.created_at, "", _digest(comment))
    return comment


def _changed(
    connection: Connection, there: Comment, done: str, author: str, now: Instant, values: dict[str, Any]
) -> Comment:
    connection.execute(update(comments).where(c.id == there.id).values(values))
    after = _find(connection, there.id, deleted=True)
    _tell(connection, after, done, author, now, _digest(there), "" if after.deleted_at else _digest(after))
    return after


def _tell(connection: Connection, comment: Comment, done: str, who: str, now: Instant, before: str, after: str) -> None:
    what = f"{comment.kind}/{comment.key}"
    told = {"comment": comment.id, "thread": comment.thread, "pointer": comment.pointer, "by": who}
    record(connection, Act(who, done, what, now, before=before, after=after, note=comment.id))
    emit(connection, Notice(done, what, now, {**told, "mentions": list(comment.mentions)}))


def _digest(comment: Comment) -> str:
    return digest_of(comment.text.encode()) if comment.text else ""
