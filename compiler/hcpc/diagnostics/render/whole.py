"""Text for readers that take Unicode at its word."""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which strict readers refuse."""
    return _SURROGATE.sub("\ufffd", text)
