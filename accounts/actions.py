"""The table of actions: all that anybody can be allowed to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be allowed; a route of the API needs one."""

    name: str
    summary: str


ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        Action("track", "Send events. Given by a key's scope."),
        Action("deliver", "Ask for layouts. Given by a key's scope."),
        Action("render", "Ask for mails and chat replies. Given by a key's scope."),
        Action("preview", "Ask as of another moment. Given by a key's scope."),
        Action("content.read", "Read content, its history and where it is used."),
        Action("content.write", "Save, archive and delete drafts."),
        Action("content.override", "Delete or archive what is in use, with a reason."),
        Action("release.write", "Make named releases and choose what they hold."),
        Action("release.approve", "Approve a release, or send it back."),
        Action("release.publish", "Make content public, now or at a moment, and roll it back."),
        Action("comment.write", "Comment on content."),
        Action("preview.share", "Make links that show what is not public yet."),
        Action("explain", "Ask why a person sees something, or does not; it shows facts about that person."),
        Action("report.read", "Read reports about experiments and content."),
        Action("event.manage", "Correct, take in or discard events that break their schema."),
        Action("profile.read", "Read profiles of people."),
        Action("profile.sensitive", "See also what is registered as sensitive."),
        Action("profile.merge", "See what joins the names of a person; join people and split them."),
        Action("profile.consent", "Record what a person agrees to."),
        Action("profile.export", "Hand out all that is known of a person."),
        Action("profile.merge", "Say whether two people are one."),
        Action("profile.erase", "Forget a person."),
        Action("list.manage", "Put people on static lists, and take them off."),
        Action("profile.request", "Take down what people ask about their data, put it right, hold it still."),
        Action("audit.read", "Read the audit log."),
        Action("account.manage", "Make accounts, choose their roles, end their sessions."),
        Action("role.manage", "Make roles of one's own."),
        Action("key.manage", "Issue, rotate and revoke API keys."),
        Action("webhook.manage", "Choose who is told of changes, and replay what was told."),
    )
}
"""Action name -> what it allows."""

SCOPES = frozenset({"track", "deliver", "render", "preview"})
"""Actions that a key has by its scopes and no role gives."""

BY_ROLES = frozenset(ACTIONS) - SCOPES
"""Actions that roles give."""
