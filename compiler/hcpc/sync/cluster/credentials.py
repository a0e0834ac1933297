"""Who we are to an API server: what a kubeconfig or a pod's own account says, loaded again at need.

The official client reads all that (several files, exec plugins, tokens that are renewed, proxies)
and makes the pool of connections. What it says of faults is never passed on as it is, for it
quotes users with their tokens. No key stays on the disk: what OpenSSL must read from a file is
removed as soon as it is read.
"""

import logging
import re
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from kubernetes.client.configuration import Configuration
from kubernetes.client.rest import RESTClientObject
from kubernetes.config import ConfigException, kube_config
from kubernetes.config.incluster_config import load_incluster_config
from urllib3 import PoolManager
from urllib3.util import make_headers
from urllib3.util.ssl_ import create_urllib3_context

import hcpc
from hcpc.sync.cluster.faults import ConnectError, one_line

_RENEWALS_APART: Final = 10.0  # seconds; a plugin that gives bad tokens is not asked all the time
_LOOKS_APART: Final = 15.0  # seconds between looks at whether a token is about to expire
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]+")
# One at a time in all threads: the official client shares the files that it writes.
_loading = threading.Lock()


class Identity(NamedTuple):
    """Who asks, and by which way, at one time. `address` has no user and no password in it."""

    pool: PoolManager
    address: str
    headers: dict[str, str]
    generation: int


class Account(NamedTuple):
    """What was loaded; `headers` are those beside the token's."""

    configuration: Configuration
    tls: ssl.SSLContext
    headers: Mapping[str, str]


class Credentials:
    """Who we are to one API server, for any number of threads.

    `load` fills in a configuration; `server` is what messages call it. ConnectError when that
    cannot be loaded.
    """

    def __init__(self, server: str, load: Callable[[], Account], connections: int) -> None:
        self.server = server
        self._load = load
        self._connections = connections
        self._lock = threading.Lock()
        self._looked = self._renewed = time.monotonic() - _LOOKS_APART
        self._account, self._identity = self._made(1)

    def current(self) -> Identity:
        """Who we are now: a token that ends soon has been renewed, that of a pod read again.

        Where that fails we go on with the old one; the server tells when it is no good any more.
        """
        if time.monotonic() - self._looked < _LOOKS_APART:
            return self._identity
        with self._lock:
            if time.monotonic() - self._looked >= _LOOKS_APART:
                self._looked = time.monotonic()
                with suppress(ConnectError), _told(self.server), _heard():
                    self._identity = self._identity._replace(headers=_headers(self._account))
            return self._identity

    def renew(self, refused: Identity) -> bool:
        """Loads all anew, unless that was done since; False when it was done only just before."""
        with self._lock:
            if refused.generation != self._identity.generation:
                return True
            if time.monotonic() - self._renewed < _RENEWALS_APART:
                return False
            self._renewed = time.monotonic()
            self._account, self._identity = self._made(refused.generation + 1)
            return True

    def close(self) -> None:
        """Closes connections that nobody uses now."""
        self._identity.pool.clear()

    def _made(self, generation: int) -> tuple[Account, Identity]:
        """Loads the account and opens the way; nothing is sent yet."""
        with _loading, _told(self.server):
            account = self._load()
            pool = _pool(account, self._connections)
            headers = _headers(account)
        address = account.configuration.host
        if "Authorization" in headers and not address.startswith("https://"):
            raise ConnectError(
                f"{self.server} is at {address}: without https everyone on the way could read the "
                "token"
            )
        return account, Identity(pool, address, headers, generation)


def in_cluster() -> Account:
    """The account of the pod that we run in."""
    configuration = Configuration()
    load_incluster_config(configuration)
    return Account(configuration, _tls(configuration), {})


def from_files(paths: str, context: str) -> Account:
    """A context of kubeconfig files, whose names are separated as in KUBECONFIG.

    A file is written only when a plugin of it renews a token, as kubectl does too.
    """
    config = read(paths)

    def load(configuration: Configuration, directory: str) -> None:
        kube_config.load_kube_config(paths, context, configuration, temp_file_path=directory)

    return _loaded(load, _user_of(config, context))


def from_document(config: Mapping[str, Any]) -> Account:
    """The current context of a kubeconfig that is at hand, and that nobody is to write to."""

    def load(configuration: Configuration, directory: str) -> None:
        kube_config.load_kube_config_from_dict(
            config, None, configuration, persist_config=False, temp_file_path=directory
        )

    return _loaded(load, _user_of(config, str(config.get("current-context"))))


def read(paths: str) -> dict[str, Any]:
    """What kubeconfig files say together: `clusters`, `contexts`, `users`, `current-context`."""
    what = f"the kubeconfig {paths}"
    try:
        with _told(what):
            merged = kube_config.KubeConfigMerger(paths).config
        if merged is None:
            raise ConnectError(f"there is no kubeconfig at {paths}")
        lists = {key: _items(merged.value, key) for key in ("clusters", "contexts", "users")}
        return lists | {"current-context": merged.value.get("current-context") or ""}
    except (AttributeError, TypeError):
        raise ConnectError(f"{what} cannot be used: it is not what kubectl writes") from None


def _items(config: Any, key: str) -> list[dict[str, Any]]:
    """Entries that have names. TypeError where they are something else."""
    items = [getattr(each, "value", each) for each in config.get(key) or ()]
    if not all(isinstance(each, dict) for each in items):
        raise TypeError
    return items


def _loaded(load: Callable[[Configuration, str], None], user: Mapping[str, Any]) -> Account:
    configuration = Configuration()
    with tempfile.TemporaryDirectory(prefix="hcpc-") as directory, _heard() as faults:
        try:
            load(configuration, directory)
            context = _tls(configuration)
        finally:
            _forget_files(directory)
    if "exec" in user and not _has_credentials(configuration):
        command = user["exec"].get("command") if isinstance(user["exec"], dict) else ""
        said = f": {one_line(faults[-1])}" if faults else ""
        raise ConnectError(f"the credential plugin `{command}` gave no credentials{said}")
    return Account(configuration, context, _impersonation(user))


def _has_credentials(configuration: Configuration) -> bool:
    return bool(configuration.api_key or configuration.cert_file)


def _tls(configuration: Configuration) -> ssl.SSLContext:
    """How to speak TLS; read once, so that no connection has to read a file again.

    Go asks less of a certificate than Python does from 3.13 on; clusters sign their own.
    """
    trusts = configuration.verify_ssl
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if trusts else ssl.CERT_NONE)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if configuration.ssl_ca_cert:
        context.load_verify_locations(cafile=configuration.ssl_ca_cert)
    else:
        context.load_default_certs()
    if configuration.cert_file:
        # Without a password OpenSSL would ask the terminal for one.
        context.load_cert_chain(configuration.cert_file, configuration.key_file, password="")
    return context


def _pool(account: Account, connections: int) -> PoolManager:
    """The official client's own pool, with proxies and all, and TLS as was read already."""
    configuration = account.configuration
    configuration.connection_pool_maxsize = connections
    configuration.ssl_ca_cert = configuration.cert_file = configuration.key_file = None
    if configuration.proxy and (user := urlsplit(configuration.proxy)).username:
        login = f"{unquote(user.username or '')}:{unquote(user.password or '')}"
        configuration.proxy_headers = make_headers(proxy_basic_auth=login)
    pool: PoolManager = RESTClientObject(configuration).pool_manager
    pool.connection_pool_kw["ssl_context"] = account.tls
    return pool


def _headers(account: Account) -> dict[str, str]:
    """What every request says of who we are; the client may renew a token for it."""
    token = account.configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
    headers = {"Accept": "application/json", "User-Agent": f"hcpc/{hcpc.__version__}"}
    if token:
        headers["Authorization"] = token.strip()
    headers |= account.headers
    for name, value in headers.items():
        if not _HEADER_VALUE.fullmatch(value):
            raise ConnectError(f"the value for the header {name} has characters that none can have")
    return headers


def _impersonation(user: Mapping[str, Any]) -> dict[str, str]:
    """As whom a kubeconfig wants us to act, which the official client does not read."""
    if user.get("as-groups") or user.get("as-user-extra") or user.get("as-uid"):
        raise ConnectError("of impersonation only `as` is supported, not groups, uid and extra")
    return {"Impersonate-User": str(user["as"])} if user.get("as") else {}


def _user_of(config: Mapping[str, Any], context: str) -> Mapping[str, Any]:
    """The user entry of a context; empty when there is none."""
    chosen = _named(config, "contexts", context).get("context")
    name = chosen.get("user") if isinstance(chosen, dict) else None
    user = _named(config, "users", name).get("user")
    return user if isinstance(user, dict) else {}


def _named(config: Mapping[str, Any], key: str, name: Any) -> Mapping[str, Any]:
    entries = config.get(key)
    entries = entries if isinstance(entries, list) else []
    return next((e for e in entries if isinstance(e, dict) and e.get("name") == name), {})


def _forget_files(directory: str) -> None:
    """Makes the client forget keys that it wrote there; it would keep them in memory for good."""
    written: dict[str, str] = getattr(kube_config, "_temp_files", {})
    for content in [each for each, path in written.items() if path.startswith(directory)]:
        del written[content]


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What this thread logs at the root, which is where the client tells why a plugin failed."""
    said: list[str] = []
    thread = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                said.append(record.getMessage())

    ear = Ear()
    root = logging.getLogger()
    root.addHandler(ear)
    try:
        yield said
    finally:
        root.removeHandler(ear)


@contextmanager
def _told(server: str) -> Iterator[None]:
    """Puts what goes wrong while credentials are loaded into words that give nothing away."""
    try:
        yield
    except ConnectError as error:
        raise ConnectError(f"{server} cannot be used: {error}") from None
    except ssl.SSLError as error:
        why = error.reason or "unreadable"
        raise ConnectError(
            f"{server} cannot be used: the certificates or keys for it are not valid PEM ({why})"
        ) from None
    except OSError as error:
        name = f"`{error.filename}`" if error.filename else "a file of it"
        why = (error.strerror or "unreadable").lower()
        raise ConnectError(f"{server} cannot be used: {name} cannot be read: {why}") from None
    except Exception as error:  # noqa: BLE001  # plugins and parsers of others; their words have keys in them
        raise ConnectError(f"{server} cannot be used: {_words(error)}") from None


def _words(error: Exception) -> str:
    """What can be said of a fault that the official client found, without quoting the file."""
    text = str(error)
    if isinstance(error, ConfigException):
        if found := re.match(r"Invalid kube-config file\. Expected key (\S+) in", text):
            return f"the kubeconfig lacks `{found[1]}`"
        if found := re.match(
            r"Invalid kube-config file\. Expected object with name (\S+) in", text
        ):
            return f"the kubeconfig has nothing of the name `{found[1]}`"
        if text.endswith("file is empty"):
            return "it is empty"
        if text.startswith(("File does not exist", "Service ")):
            return one_line(text)
    if (mark := getattr(error, "problem_mark", None)) is not None:
        return f"the kubeconfig is no YAML (line {mark.line + 1})"
    if isinstance(error, AttributeError | TypeError):
        return "the kubeconfig is not what kubectl writes"
    return f"its credentials cannot be loaded ({type(error).__name__})"
