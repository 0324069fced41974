"""Channels: renderers of pages. They know parts and pages, never a module type by name.

A new channel is one file and one line in `CHANNELS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from channels.channel import Ability, Channel, Picture, Rendered, View
from channels.chat import Chat
from channels.checking import check_template
from channels.errors import BadAddress, ChannelsError, RenderFailure, TemplateFault
from channels.fragments import FragmentCache
from channels.headless import Headless
from channels.mail import Email
from channels.mime import to_mime
from channels.mobile import Mobile
from channels.slack import Slack
from channels.trying import try_module
from channels.web import Web

CHANNELS: Mapping[str, Callable[[FragmentCache], Channel]] = {
    "web": Web,
    "headless": Headless,
    "email": Email,
    "chat": Chat,
    "slack": Slack,
    "mobile": Mobile,
}
"""Channel name -> how it is built over a cache of fragments."""


def create_channels(cache: FragmentCache | None = None) -> dict[str, Channel]:
    """All channels of a process, over one cache of prepared fragments."""
    shared = FragmentCache() if cache is None else cache
    return {name: build(shared) for name, build in CHANNELS.items()}


__all__ = [
    "CHANNELS",
    "Ability",
    "BadAddress",
    "Channel",
    "ChannelsError",
    "Chat",
    "Email",
    "FragmentCache",
    "Headless",
    "Mobile",
    "Picture",
    "RenderFailure",
    "Rendered",
    "Slack",
    "TemplateFault",
    "View",
    "Web",
    "check_template",
    "create_channels",
    "to_mime",
    "try_module",
]
