"""The table of topics: all that the outbox tells, and that a webhook can ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches


class UnknownTopic(ValueError):
    """A topic that is not in the table, or a pattern that no topic fits."""

    def __init__(self, topic: str) -> None:
        near = get_close_matches(topic, TOPICS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "the topics stand in storage/topics.py and in docs/webhooks.md"
        self.topic = topic
        super().__init__(f"no topic {topic!r}; {hint}")


@dataclass(frozen=True, slots=True)
class Topic:
    """One sort of news."""

    name: str
    summary: str


TOPICS: Mapping[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic("content.saved", "A draft has a new revision."),
        Topic("content.deleted", "A draft was taken away; what is published stays."),
        Topic("content.archived", "A draft was put away."),
        Topic("content.unarchived", "A draft that was put away is back."),
        Topic("content.published", "A piece of content is served from now on, in a new body or for the first time."),
        Topic("content.unpublished", "A piece of content is served no longer."),
        Topic("release.published", "Another release is served."),
        Topic("release.rolled-back", "An earlier release is served again."),
        Topic("release.created", "A release was begun."),
        Topic("release.changed", "What a release holds was changed."),
        Topic("release.submitted", "A release is to be approved."),
        Topic("release.approved", "A release was approved."),
        Topic("release.reopened", "A release can be changed again."),
        Topic("release.scheduled", "A release waits for its moment."),
        Topic("release.failed", "A release could not be published at its moment."),
        Topic("release.cancelled", "A release was given up."),
        Topic("comment.added", "Somebody said something about content; `mentions` names accounts."),
        Topic("comment.edited", "Somebody put their words right."),
        Topic("comment.deleted", "Somebody took their words back."),
        Topic("comment.resolved", "A thread is dealt with."),
        Topic("comment.reopened", "A thread that was dealt with is open again."),
        Topic("asset.replaced", "The file of an asset is another one; links to it stay."),
        Topic("items.changed", "Items that can be recommended have changed."),
        Topic("model.served", "Another trained model answers."),
        Topic("account.created", "Somebody can sign in."),
        Topic("account.changed", "An account was changed."),
        Topic("preview.shared", "Somebody made a link that shows what is not public yet."),
        Topic("preview.revoked", "A preview link opens nothing any more."),
        Topic("role.changed", "A role allows something else."),
        Topic("role.deleted", "A role is no more."),
        Topic("key.issued", "A key can be used."),
        Topic("key.rotated", "A key has another secret, or its old one has ended."),
        Topic("key.revoked", "A key can be used no longer."),
        Topic(
            "trigger.*", "A trigger has fired for somebody; `trigger.` and its key. Only who asks for triggers is told."
        ),
        Topic("webhook.disabled", "A receiver asked not to be told any more (410)."),
        Topic("webhook.ping", "A receiver is tried out; sent when asked for, never by itself."),
    )
}
"""Topic name -> what it tells."""


FAMILIES = ("trigger.", "stream.", "sink.")
"""How topics begin that are about people: there is one for each trigger, stream and sink. Whoever asks for all topics
did not ask for these."""


def is_personal(topic: str) -> bool:
    """Whether news of this topic are about one person."""
    return topic.startswith(FAMILIES)


def fits(pattern: str, topic: str) -> bool:
    """Whether a topic is one of those that a pattern asks for: its name, `content.*`, or `*`."""
    if is_personal(topic) and not pattern.startswith(topic.partition(".")[0] + "."):
        return False
    if pattern.endswith("*"):
        return topic.startswith(pattern[:-1])
    return pattern == topic
