"""The day that waivers are held against."""

import os
from datetime import UTC, date, datetime


def today() -> date:
    """The day by the clock, in UTC; or the one of SOURCE_DATE_EPOCH, where somebody set it.

    Raises ValueError where that is no number of seconds.
    """
    chosen = os.environ.get("SOURCE_DATE_EPOCH")
    if not chosen:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(chosen), UTC).date()
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH is no number of seconds: {chosen}"
        raise ValueError(message) from None
