"""A folder of content that knows other sides: databases and services that it is pushed to and pulled from."""

from connectors.workspace.agreements import HIDDEN, Base
from connectors.workspace.environments import Environment, find_environment
from connectors.workspace.reconciling import Outcome, reconcile, same
from connectors.workspace.remote import Remote, RemoteError
from connectors.workspace.settling import Choice
from connectors.workspace.syncing import Comparison, Done, Interrupted, Side, agree_on, compare, pull, push

__all__ = [
    "HIDDEN",
    "Base",
    "Choice",
    "Comparison",
    "Done",
    "Environment",
    "Interrupted",
    "Outcome",
    "Remote",
    "RemoteError",
    "Side",
    "agree_on",
    "compare",
    "find_environment",
    "pull",
    "push",
    "reconcile",
    "same",
]
