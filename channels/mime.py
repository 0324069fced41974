"""A rendered mail as the bytes that an SMTP server takes."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP

from channels.channel import Rendered
from channels.errors import BadAddress
from channels.escapes import one_line

ONE_CLICK = re.compile(r"https://[!-;=?-~]+")
"""An https address of visible ASCII characters, none of which ends the header's angle brackets."""


def to_mime(rendered: Rendered, sender: str, recipient: str, list_unsubscribe: str = "") -> bytes:
    """The mail with its text and HTML parts. `list_unsubscribe` is an https address for one-click leaving (RFC 8058).

    Raises `BadAddress` unless sender and recipient are one address each and leaving is an https address.
    Date and Message-ID are the sending server's.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(rendered.extra["subject"])
    _address(message, "From", sender)
    _address(message, "To", recipient)
    if list_unsubscribe:
        if not ONE_CLICK.fullmatch(list_unsubscribe):
            raise BadAddress("List-Unsubscribe", list_unsubscribe)
        message["List-Unsubscribe"] = f"<{list_unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(rendered.extra["text"])
    message.add_alternative(rendered.extra["html"], subtype="html")
    return message.as_bytes()


def _address(message: EmailMessage, header: str, address: str) -> None:
    try:
        message[header] = address
        found = message[header]
        sound = len(found.addresses) == 1 and found.addresses[0].domain and not found.defects
    except (ValueError, IndexError, MessageError):
        sound = False
    if not sound or any(c < " " for c in address):
        raise BadAddress(header, address)
