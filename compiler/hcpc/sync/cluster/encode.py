"""Objects as the bytes of a request, for which every reader of an API server has one meaning."""

import json
import re
from typing import Any, Final

from hcpc.sync.cluster.faults import InvalidError

# Server-side apply reads JSON as YAML 1.1 (sigs.k8s.io/yaml). There some of these are no characters
# at all, others end a line, and halves of a pair, as JSON escapes them, are refused.
_OTHERWISE_IN_YAML: Final = re.compile("[\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def encode(body: Any) -> bytes:
    """JSON that says the same as YAML. InvalidError for what JSON cannot say."""
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        kind = type(error).__name__  # its text could quote the object
        raise InvalidError(f"the object has a value that JSON cannot say ({kind})") from None
    return _OTHERWISE_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
