"""What can go wrong with a request of the management API, and the status that each refusal has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from accounts import (
    BadGrant,
    BadName,
    CodeNeeded,
    LastAdmin,
    LinkSpent,
    Locked,
    NameTaken,
    NoProvider,
    NotAllowed,
    PreviewRefused,
    ProviderRefused,
    RoleInUse,
    SignInFailed,
    TwoSecrets,
    UnknownName,
    WeakPassword,
)
from admin.refusals import (
    NOT_DONE,
    AdminError,
    BadIdempotencyKey,
    BadOperation,
    BulkRefused,
    KeyReused,
    KeySealedElsewhere,
    NotDone,
    StillRunning,
    UnknownFact,
)
from connectors import BadWebhook, UnknownDelivery, UnknownWebhook
from engine import CatalogueError, UnknownLayout, UnknownModule, UnknownSegment, UnknownSlot
from experiments import ExperimentError
from layouts import (
    EntryClash,
    LayoutError,
    NeverPublished,
    NotApproved,
    NothingToRollBack,
    OwnWork,
    PublishedMeanwhile,
    ReleaseChanged,
    UnknownRelease,
    WrongStep,
)
from modules import (
    Archived,
    BadComment,
    BadKey,
    Conflict,
    ContentError,
    InUse,
    JsonError,
    MigrationRefused,
    MigrationRunning,
    NotYours,
    StillPublished,
    UnknownComment,
    UnknownContent,
    UnknownMigration,
)
from profiles import (
    AlreadySettled,
    NeverErased,
    NoModel,
    NotTheirLink,
    OnePerson,
    RequestClosed,
    TooManyConcerned,
    UnknownList,
    UnknownMatch,
    UnknownPerson,
    UnknownQuarantined,
    UnknownRequest,
    WithoutConsent,
)
from rules import Finding, RuleError


class ContentRefused(AdminError):
    """Content that may not be saved: every finding, each with a JSON pointer into it."""

    def __init__(self, kind: str, key: str, findings: Sequence[Finding]) -> None:
        self.kind = kind
        self.key = key
        self.findings = tuple(findings)
        shown = "; ".join(f"{f.pointer or '/'}: {f.message}" for f in self.findings[:3])
        super().__init__(f"{kind}/{key} was not saved; {len(self.findings)} problem(s): {shown}")


class EditConflict(AdminError):
    """Somebody else saved since the content was read; `told` is all that is needed to bring both edits together."""

    def __init__(self, kind: str, key: str, told: Mapping[str, Any]) -> None:
        self.told = told
        theirs, clashes = told["theirs"], told["conflicts"]
        remedy = "choose one, then save with the ETag of theirs as If-Match"
        self.findings = tuple(Finding(one["pointer"], "both of you changed this", remedy) for one in clashes)
        what = f"{len(clashes)} place(s) clash" if clashes else "both edits go together, as `merged`"
        super().__init__(
            f"{theirs['author']} saved {kind}/{key} as version {theirs['version']} since you read it; {what}; "
            f'save what you settle on with If-Match: "{theirs["digest"]}"'
        )


class ReleaseRefused(AdminError):
    """Changes that no release can make: every finding, each with a JSON pointer into the request."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        shown = "; ".join(f"{f.pointer or '/'}: {f.message}" for f in self.findings[:3])
        super().__init__(f"nothing was put into the release; {len(self.findings)} problem(s): {shown}")


class StaleEdit(AdminError):
    """The condition of a conditional request does not hold: somebody else changed the content."""

    findings: tuple[Finding, ...] = ()

    def __init__(self, kind: str, key: str, found: str | None) -> None:
        self.kind = kind
        self.key = key
        self.found = found
        now = f'its ETag is now "{found}"' if found else "it is not there"
        super().__init__(f"{kind}/{key} has changed since it was read: {now}; read it again and repeat the change")


class BadText(AdminError):
    """A body with characters that no database keeps: every place of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{one.pointer or '/'}: {one.message}" for one in self.findings[:3]))


class BadFilter(AdminError):
    """An argument that this list, or this piece of content, does not have; `name` is that of the argument."""

    def __init__(self, name: str, message: str, remedy: str = "leave it out") -> None:
        self.findings = (Finding(name, message, remedy),)
        super().__init__(f"{name}: {message}")


class NotShownIn(AdminError):
    """A channel that a layout is not made for."""

    def __init__(self, layout: str, channel: str, shown: Collection[str]) -> None:
        known = ", ".join(sorted(shown))
        message = f"the layout {layout!r} is not shown in {channel!r}"
        self.findings = (Finding("/channel", message, f"it is shown in {known}"),)
        super().__init__(f"{message}; it is shown in {known}")


class WrongLogic(AdminError):
    """Logic that asks for what the release does not have, or asks it wrongly."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        shown = "; ".join(f"{one.pointer}: {one.message}; {one.remedy}" for one in self.findings[:3])
        super().__init__(f"{len(self.findings)} problem(s) in the logic: {shown}")


class BadPaths(AdminError):
    """Parts of content that are asked for and that there are not: a finding for each, all of the argument `fields`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{one.message}; {one.remedy}" for one in self.findings[:3]))


class NoMerge(AdminError):
    """Content that has no fields to merge."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"{kind}/{key} is no JSON: there is nothing in it to merge; save one of the two")


class BadCursor(AdminError):
    """An `after` that no page gave."""

    def __init__(self, cursor: str) -> None:
        self.findings = (Finding("after", "no page ended there", "give back the `next` of a page as it came"),)
        super().__init__(f"{cursor[:60]!r} is no place in this list; begin without `after`")


class ModulesMoved(AdminError):
    """Modules of a type were saved while it was checked whether they can take a change of it."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"modules of the type {key!r} are being saved at this moment; send the change again")


class WrongMediaType(AdminError):
    """A body of another media type than the content's kind and name say."""

    def __init__(self, kind: str, key: str, wanted: str, given: str) -> None:
        self.wanted = wanted
        self.given = given
        super().__init__(
            f"{kind}/{key} is {wanted}, but the request says {given or 'nothing'}; send Content-Type: {wanted}"
        )


PROBLEMS: Mapping[type[Exception], int] = {
    NotAllowed: 403,
    PreviewRefused: 401,
    BadGrant: 422,
    BadName: 422,
    WeakPassword: 422,
    NameTaken: 409,
    LastAdmin: 409,
    RoleInUse: 409,
    TwoSecrets: 409,
    UnknownName: 404,
    NoProvider: 404,
    LinkSpent: 410,
    SignInFailed: 401,
    CodeNeeded: 401,
    Locked: 429,
    ProviderRefused: 403,
    ContentRefused: 422,
    ReleaseRefused: 422,
    CatalogueError: 422,
    ContentError: 422,
    LayoutError: 422,
    ExperimentError: 422,
    BadKey: 422,
    BadCursor: 422,
    BadComment: 422,
    NotYours: 403,
    OwnWork: 403,
    UnknownComment: 404,
    BadFilter: 422,
    NotShownIn: 422,
    WrongLogic: 422,
    BadPaths: 422,
    BadText: 422,
    NoMerge: 422,
    JsonError: 400,
    UnknownContent: 404,
    UnknownLayout: 404,
    UnknownSlot: 404,
    UnknownSegment: 404,
    UnknownModule: 404,
    RuleError: 422,
    UnknownRelease: 404,
    StaleEdit: 412,
    EditConflict: 409,
    Conflict: 409,
    ModulesMoved: 409,
    MigrationRunning: 409,
    MigrationRefused: 422,
    UnknownMigration: 404,
    Archived: 409,
    InUse: 409,
    StillPublished: 409,
    NothingToRollBack: 409,
    NeverPublished: 409,
    NotApproved: 409,
    WrongStep: 409,
    EntryClash: 409,
    ReleaseChanged: 412,
    PublishedMeanwhile: 409,
    WrongMediaType: 415,
    NotDone: NOT_DONE,
    BadOperation: 422,
    BulkRefused: 422,
    BadIdempotencyKey: 422,
    KeyReused: 422,
    StillRunning: 409,
    KeySealedElsewhere: 409,
    BadWebhook: 422,
    UnknownWebhook: 404,
    UnknownDelivery: 404,
    UnknownQuarantined: 404,
    UnknownRequest: 404,
    NeverErased: 404,
    RequestClosed: 409,
    UnknownPerson: 404,
    NotTheirLink: 404,
    OnePerson: 409,
    TooManyConcerned: 409,
    UnknownMatch: 404,
    NoModel: 404,
    AlreadySettled: 409,
    WithoutConsent: 403,
    UnknownList: 404,
    UnknownFact: 422,
}
"""Our own errors -> the HTTP status they are told with."""
