"""A process that evaluates jsonnet, and nothing else. It is started as a script.

Reads one request a line, writes one answer a line. The first line names the files that there are:
nothing but these can be imported. It limits its own processor time and memory, and dies of it.
"""

import contextlib
import json
import posixpath
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

MAX_STACK = 500
SNIPPET = "<hcpc>"
_INPUT, _ABSENT = "<input>", "<absent>"
_CALL = """local file = import %s, input = std.parseJson(importstr "<input>");
if std.isFunction(file) then file(cluster=input.cluster, manifests=input.manifests)
else error "the file is no function: write `function(cluster, manifests)` before what it returns"
"""


def main() -> None:
    """Answer requests until there are no more."""
    start: dict[str, Any] = json.loads(sys.stdin.readline())
    sys.path.append(start["library"])
    from _gojsonnet import evaluate_snippet  # noqa: PLC0415  # found only now

    files = {path: text.encode("latin-1") for path, text in start["files"].items()}
    evaluate_snippet(SNIPPET, "{}")  # what its runtime needs counts for nobody
    _limit(resource.RLIMIT_DATA, start["memory"])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    for line in sys.stdin:
        request: dict[str, str] = json.loads(line)
        _limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + start["seconds"])
        answer = _evaluate(evaluate_snippet, files, request)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _evaluate(
    evaluate_snippet: Callable[..., str], files: dict[str, bytes], request: dict[str, str]
) -> dict[str, Any]:
    absent: list[list[str]] = []

    def find(directory: str, name: str) -> tuple[str, bytes]:
        if name == _INPUT:
            return name, request["input"].encode()
        path = posixpath.normpath(posixpath.join(directory, name))
        if path in files:
            return path, files[path]
        # Not raised: the binding reads beyond the end of an exception's text.
        absent.append([directory, name])
        return _ABSENT, b"error 'absent'"

    call = _CALL % json.dumps(request["path"])
    answer: dict[str, Any] = {}
    try:
        answer["value"] = evaluate_snippet(SNIPPET, call, import_callback=find, max_stack=MAX_STACK)
    except RuntimeError as failure:
        answer["error"] = str(failure)
    except UnicodeError:
        answer["error"] = "a text is not UTF-8"
    if absent:
        answer["absent"] = absent[0]
    return answer


def _limit(what: int, most: int) -> None:
    """Lower a limit of this process; not every system has or keeps each of them."""
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(what, (most, hard))


if __name__ == "__main__":
    main()
