"""The way to a cluster: by a kubeconfig, by the account of our pod, or by the text of a Secret."""

import os
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from kubernetes.config import incluster_config

from hcpc.sync.cluster import credentials
from hcpc.sync.cluster.api import Api
from hcpc.sync.cluster.bounds import TIMEOUT, Bounds
from hcpc.sync.cluster.credentials import Account, Credentials
from hcpc.sync.cluster.faults import ConnectError
from hcpc.sync.cluster.transport import Tally, Transport
from hcpc.syntax.plain import UnreadableError, plain_documents

CONCURRENCY: Final = 8
DEFAULT: Final = Bounds()
_BESIDE: Final = 2  # connections beside those of `concurrency`: a lease's
_NOT_INLINE: Final = {
    "cluster": ("certificate-authority", "proxy-url"),
    "user": ("exec", "auth-provider", "tokenFile", "client-certificate", "client-key", "as"),
}


class Connection:
    """A cluster that can be asked, by any number of threads.

    `name` is that of the context, `in-cluster` in a pod. Opening it sends nothing, but may run the
    credential plugin of the kubeconfig.
    """

    def __init__(self, name: str, cluster: Api, who: Credentials) -> None:
        self.name = name
        self.cluster = cluster
        self._who = who

    def close(self) -> None:
        """Closes what is open; it opens again when it is used."""
        self._who.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def connect(
    kubeconfig: Path | None,
    context: str | None,
    *,
    concurrency: int = CONCURRENCY,
    timeout: float = TIMEOUT,
    stop: threading.Event | None = None,
) -> Connection:
    """By a kubeconfig and a context of it; with neither, by our pod's account if we have one.

    Without a path KUBECONFIG names the files, or it is ~/.kube/config; without a context it is the
    current one. At most `concurrency` requests are under way at once, and each takes at most
    `timeout` seconds with all that is tried again; once `stop` is set nothing is waited for.
    ConnectError when there is no such context, or no way to load its credentials.
    """
    if kubeconfig is None and context is None and _is_in_pod():
        name, load = "in-cluster", credentials.in_cluster
        server = "the API server of this cluster"
    else:
        paths = str(
            kubeconfig or os.environ.get("KUBECONFIG") or Path("~/.kube/config").expanduser()
        )
        name = _context(paths, context)
        load = partial(credentials.from_files, paths, name)
        server = f"the API server of context {name}"
    return _connection(name, server, load, concurrency, Bounds(timeout), stop)


def connect_with(
    kubeconfig_text: bytes | str,
    *,
    name: str = "a hosted cluster",
    concurrency: int = CONCURRENCY,
    bounds: Bounds = DEFAULT,
    stop: threading.Event | None = None,
) -> Connection:
    """By the text of a kubeconfig that has all it needs in itself, such as HyperShift's.

    `name` is what messages say of the cluster: `hosted cluster a`. ConnectError when it would run a
    program, read a file, go through a proxy, or trust any server: whoever can write such a Secret
    is not to have that.
    """
    server = f"the API server of {name}"
    config = _document(kubeconfig_text, server)
    load = partial(credentials.from_document, config)
    return _connection(name, server, load, concurrency, bounds, stop)


def _connection(
    name: str,
    server: str,
    load: Callable[[], Account],
    concurrency: int,
    bounds: Bounds,
    stop: threading.Event | None,
) -> Connection:
    who = Credentials(server, load, concurrency + _BESIDE)
    places = threading.BoundedSemaphore(concurrency)
    stop = stop or threading.Event()
    transport = Transport(who, bounds, places=places, stop=stop, tally=Tally())
    return Connection(name, Api(transport), who)


def _is_in_pod() -> bool:
    token = Path(incluster_config.SERVICE_TOKEN_FILENAME)
    return incluster_config.SERVICE_HOST_ENV_NAME in os.environ and token.is_file()


def _context(paths: str, context: str | None) -> str:
    """The name of the context that is meant, which the kubeconfig has."""
    config = credentials.read(paths)
    names = sorted(str(each.get("name")) for each in config["contexts"])
    known = f"it has {', '.join(names)}" if names else "it has none"
    if not (wanted := context or config["current-context"]):
        raise ConnectError(f"the kubeconfig {paths} has no current context: name one; {known}")
    if wanted not in names:
        raise ConnectError(f"the kubeconfig {paths} has no context {wanted}: {known}")
    return str(wanted)


def _document(text: bytes | str, server: str) -> Mapping[str, Any]:
    """A kubeconfig as data, that asks for nothing but connections."""
    try:
        documents = plain_documents(
            text.decode() if isinstance(text, bytes) else text, aliases=False
        )
    except (UnreadableError, UnicodeDecodeError):  # their words could quote it
        documents = []
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise ConnectError(f"{server} cannot be used: its kubeconfig is no YAML document")
    config: dict[str, Any] = documents[0]
    faults = [fault for kind in ("cluster", "user") for fault in _refused(config, kind)]
    if faults:
        raise ConnectError(f"{server} is not used: its kubeconfig {faults[0]}")
    return config


def _refused(config: Mapping[str, Any], kind: str) -> list[str]:
    entries = config.get(f"{kind}s")
    found = []
    for entry in entries if isinstance(entries, list) else ():
        said = entry.get(kind) if isinstance(entry, dict) else None
        said = said if isinstance(said, dict) else {}
        found += [f"has `{key}` of a {kind}" for key in _NOT_INLINE[kind] if key in said]
        if kind == "cluster" and said.get("insecure-skip-tls-verify"):
            found.append("trusts any server (`insecure-skip-tls-verify`)")
        if kind == "cluster" and urlsplit(str(said.get("server"))).scheme != "https":
            found.append("names a server without https")
    return found
