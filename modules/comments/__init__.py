"""Comments: what people say about places in content, in threads."""

from modules.comments.store import Comments
from modules.comments.values import LONGEST_COMMENT, BadComment, Comment, NotYours, UnknownComment, mentioned_in

__all__ = ["LONGEST_COMMENT", "BadComment", "Comment", "Comments", "NotYours", "UnknownComment", "mentioned_in"]
