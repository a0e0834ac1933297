"""Specs and manifests for property tests, generated from the models and the table themselves.

A new field, platform or type needs nothing here: values come from annotations and from the
patterns inside their validators, and what a model refuses as a whole is settled with it.
"""

import copy
from collections.abc import Callable
from functools import cache
from inspect import getclosurevars
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL
from hcpc.lower.hosted_cluster import HOSTED_CLUSTER_TABLE
from hcpc.lower.lower import lower
from hcpc.lower.node_pool import NODE_POOL_TABLE
from hcpc.mapping.table import Derived, Row, Table
from hcpc.platforms import registry
from hcpc.platforms.gcp import GcpCluster
from hcpc.resolve.complete import complete
from hcpc.spec import types
from hcpc.spec.cluster import ClusterSpec, Encryption
from hcpc.spec.node_pool import Autoscale, NodePool
from hcpc.spec.payload_fields import PAYLOAD_FIELDS
from hcpc.spec.types import EACH_ONCE, DnsLabel, Form, IntOrPercent
from hcpc.syntax.tree import Path

Data = dict[str, Any]

MOST = 12  # fields that a form has beside the ones it must have, unless it is whole
IN_PLACE = {"type", "maxUnavailable"}
SCALARS = st.text(max_size=6) | st.integers() | st.booleans() | st.floats(allow_nan=False)
WORDS = sorted(
    {step for table in (HOSTED_CLUSTER_TABLE, NODE_POOL_TABLE) for row in table.rows
     for step in row.manifest}
    | {"type", "service", "servicePublishingStrategy", "provider", "kms", "aescbc", "cidr", "key"}
)  # fmt: skip
KEYS = st.sampled_from(WORDS) | st.text(max_size=6)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS | st.sampled_from([*WORDS, "AWS", "Agent", "None", "APIServer", "Route", "InPlace"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
"""What JSON can say, but for null, with the words of manifests in it."""


def _function(validator: Any) -> Any:
    return validator.func if isinstance(validator, AfterValidator | BeforeValidator) else None


def _functions(annotated: Any) -> list[Any]:
    return [found for each in get_args(annotated)[1:] if (found := _function(each))]


_IPS = st.ip_addresses().map(str)
_BY_CHECK: dict[Any, st.SearchStrategy[Any]] = {
    _functions(types.Cidr)[-1]: st.sampled_from(["10.0.0.0/8", "10.132.0.0/14", "fd01::/48"]),
    _functions(types.IpAddress)[-1]: _IPS,
    _functions(types.Address)[-1]: _IPS | st.sampled_from(["localhost", "api.example.com"]),
    _functions(types.Image)[-1]: st.from_regex(types.IMAGE, fullmatch=True),
    _functions(types.PausedUntil)[-1]: st.sampled_from(["true", "false", "2026-03-01T06:00:00Z"]),
    _functions(IntOrPercent)[-1]: st.integers(0, 9) | st.sampled_from(["0%", "25%", "100%"]),
}
"""Values for checks that are functions, not patterns."""
_BY_PATTERN = {"^ldaps?://": st.sampled_from(["ldap://ldap.example.com/ou=a?uid", "ldaps://l"])}
"""Values for patterns that come on top of another."""


def values(annotation: Any, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """What a field of this type takes, None aside."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return values(arguments[0], (*arguments[1:], *metadata))
    flat = tuple(part for each in metadata for part in _parts(each))
    known = [_BY_CHECK[found] for each in flat if (found := _function(each)) in _BY_CHECK]
    if known:
        return known[-1]
    if origin in {Union, UnionType}:
        arms = st.one_of(*(values(arm) for arm in arguments if arm is not type(None)))
        return arms.filter(_taken_by(annotation, flat)) if flat else arms
    if origin is Literal:
        return st.sampled_from(arguments)
    low, high = _bound(flat, "min_length"), _bound(flat, "max_length")
    if origin is list:
        most = min(3, 3 if high is None else high)
        return st.lists(
            values(arguments[0]), min_size=low or 0, max_size=most, unique=EACH_ONCE in flat
        )
    if origin is dict:
        most = min(3, 3 if high is None else high)
        content = JSON if arguments[1] is Any else values(arguments[1])
        return st.dictionaries(values(arguments[0]), content, min_size=low or 0, max_size=most)
    if isinstance(annotation, type) and issubclass(annotation, Form):
        return forms(annotation)
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(_bound(flat, "ge"), _bound(flat, "le"))
    assert annotation is str, annotation
    return _texts(flat, low or 0, high)


def _parts(metadata: Any) -> list[Any]:
    return list(metadata.metadata) if isinstance(metadata, FieldInfo) else [metadata]


def _bound(metadata: tuple[Any, ...], name: str) -> int | None:
    found = [value for each in metadata if (value := getattr(each, name, None)) is not None]
    return found[-1] if found else None


def _texts(metadata: tuple[Any, ...], low: int, high: int | None) -> st.SearchStrategy[str]:
    patterns = [pattern for each in metadata if (pattern := _pattern(each))]
    if not patterns:
        return st.text(min_size=low, max_size=min(high or 12, low + 12))
    last = patterns[-1]
    found = _BY_PATTERN[last] if last in _BY_PATTERN else st.from_regex(last, fullmatch=True)
    # Patterns with a least length end in something that may be repeated.
    long_enough = found.map(lambda text: text + "x" * (low - len(text)))
    return long_enough.filter(_taken_by(str, metadata))


def _pattern(metadata: Any) -> Any:
    own = getattr(metadata, "pattern", None)
    check = _function(metadata)
    return own or (getclosurevars(check).nonlocals.get("pattern") if check else None)


def _taken_by(annotation: Any, metadata: tuple[Any, ...]) -> Callable[[Any], bool]:
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[annotation, *metadata])

    def taken(value: Any) -> bool:
        try:
            adapter.validate_python(value, strict=True)
        except ValidationError:
            return False
        return True

    return taken


@cache
def _fields(model: type[Form]) -> dict[str, tuple[FieldInfo, st.SearchStrategy[Any]]]:
    fields = {
        info.alias or name: (info, values(info.annotation, tuple(info.metadata)))
        for name, info in model.model_fields.items()
    }
    if model is Encryption:
        fields["kms"] = (fields["kms"][0], _kms())
    return fields


@cache
def _arms(model: type[Form]) -> list[str]:
    """The fields of which a form must have one, and may have no other of them."""
    try:
        model.model_validate({})
    except ValidationError as refused:
        error = refused.errors()[0]
        return error["ctx"]["fields"] if error["type"] == "one_of" else []
    return []


@st.composite
def forms(draw: st.DrawFn, model: type[Form], given: Data | None = None) -> Data:
    """Data of a model: what it must have, and a few or all of its other fields.

    `given` has values for some fields; with None the field stays away.
    """
    fields, given = _fields(model), given or {}
    data = {name: value for name, value in given.items() if value is not None}
    arms = _arms(model)
    foreign = set(arms) - ({draw(st.sampled_from(arms))} if arms else set())
    free = [name for name in fields if name not in given and name not in foreign]
    optional = [name for name in free if not fields[name][0].is_required()]
    if optional and (len(optional) > MOST or not draw(st.booleans())):
        few = st.lists(st.sampled_from(optional), unique=True, max_size=MOST)
        absent = set(optional).difference(draw(few))
    else:
        absent = set()
    for name in free:
        if name not in absent:
            data[name] = draw(fields[name][1])
    return _settled(draw, model, data)


@st.composite
def _kms(draw: st.DrawFn) -> Data:
    providers = [name for name in registry.NAMES if _platform(name).kms]
    name = draw(st.sampled_from(providers))
    kms = _platform(name).kms
    assert kms is not None
    return {name: draw(forms(kms.model))}


def _settled(draw: st.DrawFn, model: type[Form], data: Data) -> Data:
    """The data with what the model as a whole refuses changed, until it is taken."""
    if model is GcpCluster:
        _own_accounts(data)
    if model is Autoscale:
        data["min"], data["max"] = sorted((data["min"], data["max"]))
    for _ in range(8):
        try:
            return model.model_validate(data).model_dump(by_alias=True, exclude_unset=True)
        except ValidationError as refused:
            error = refused.errors()[0]
        names = [name for name in error.get("ctx", {}).get("fields", ()) if name in _fields(model)]
        assert error["type"] in {"exclusive", "one_of", "range"}, error
        if error["type"] == "exclusive":
            needed = [name for name in names if _fields(model)[name][0].is_required()]
            keep = draw(st.sampled_from(needed or names))
            data = {name: value for name, value in data.items() if name not in set(names) - {keep}}
        elif error["type"] == "one_of" and names:
            name = draw(st.sampled_from(names))
            data[name] = draw(_fields(model)[name][1])
        else:
            break
    return reject()


def _own_accounts(data: Data) -> None:
    accounts = data["workloadIdentity"]["serviceAccountsEmails"]
    for name, email in accounts.items():
        accounts[name] = f"{email.partition('@')[0]}@{data['project']}.iam.gserviceaccount.com"


def _platform(name: str) -> Any:
    platform = registry.platform(name)
    assert platform is not None
    return platform


@st.composite
def specs(draw: st.DrawFn) -> Data:
    """A complete spec, as it is lowered; canonical, so that it is the one that lifting gives."""
    chosen = draw(st.sampled_from(registry.NAMES))
    platform = _platform(chosen)
    name = draw(values(DnsLabel))
    settled = dict.fromkeys(("profiles", "hostedCluster", "nodePoolDefaults", *PAYLOAD_FIELDS))
    own = {chosen: draw(forms(platform.cluster))}
    data = draw(forms(ClusterSpec, {**settled, "platform": own, "nodePools": None}))
    data["nodePools"] = {
        key: draw(_node_pools(chosen, key if _is_own(key, name) and draw(st.booleans()) else None))
        for key in draw(st.lists(values(DnsLabel), unique=True, max_size=3))
    }
    spec = {"name": name, **complete(name, data, platform, None).data}
    for found in (spec, *spec["nodePools"].values()):
        field = "hostedCluster" if found is spec else "nodePool"
        if raw := draw(_unknown_fields):
            found[field] = raw
    return _canonical(spec)


def _is_own(key: str, cluster: str) -> bool:
    """Whether a pool may be named like its key: lifting takes the cluster's name off."""
    return not key.startswith(f"{cluster}-")


@st.composite
def _node_pools(draw: st.DrawFn, platform: str, name: str | None) -> Data:
    own = {platform: draw(forms(_platform(platform).node_pool))}
    return draw(forms(NodePool, {"name": name, "nodePool": None, "platform": own}))


_unknown_fields = st.dictionaries(
    st.sampled_from(["spec", "metadata"]),
    st.dictionaries(st.sampled_from(["finalizers", "autoNode", "x.y/z"]), JSON, min_size=1),
    max_size=1,
)


def _canonical(spec: Data) -> Data:
    """The spec without what lowering drops: empty groups, empty `nodePools`.

    Names of NodeConfigs are ConfigMaps by then.
    """
    for pool in spec["nodePools"].values():
        if "config" in pool:
            maps = [
                {"configMap": each} if isinstance(each, str) else each for each in pool["config"]
            ]
            pool["config"] = maps
        if pool["upgrade"]["type"] == "InPlace":
            pool["upgrade"] = {k: v for k, v in pool["upgrade"].items() if k in IN_PLACE}
    groups = {entry.spec[:n] for entry in HOSTED_CLUSTER_TABLE.rows for n in range(len(entry.spec))}
    for path in (*sorted(groups - {()}, key=len, reverse=True), ("nodePools",)):
        parent = spec
        for step in path[:-1]:
            parent = parent.get(step, {})
        if parent.get(path[-1]) == {}:
            del parent[path[-1]]
    return spec


@st.composite
def patches(draw: st.DrawFn, body: Data) -> Data:
    """A merge patch that removes and replaces what is there, and adds what is not."""
    patch: Data = {}
    for path in draw(st.lists(st.sampled_from(_objects_on(body)), min_size=1, max_size=3)):
        level = patch
        for step in path[:-1]:
            inner = level.get(step)
            level[step] = inner if isinstance(inner, dict) else {}
            level = level[step]
        level[path[-1]] = draw(st.none() | JSON)
    return patch


def _objects_on(body: Data) -> list[tuple[str, ...]]:
    known = [tuple(map(str, path)) for path in paths(body) if not any(map(_is_index, path))]
    return [(*path, "more") for path in known] + [path for path in known if path]


def _is_index(step: str | int) -> bool:
    return isinstance(step, int)


def paths(tree: Any, at: Path = ()) -> list[Path]:
    """The path of every value, the whole itself first."""
    if not isinstance(tree, dict | list):
        return [at]
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [at, *(path for step, value in entries for path in paths(value, (*at, step)))]


@st.composite
def objects(draw: st.DrawFn) -> list[Data]:
    """A HostedCluster and NodePools: lowered ones with changes that no model would allow."""
    bodies = [copy.deepcopy(manifest.body) for manifest in lower(draw(specs()))]
    for _ in range(draw(st.integers(1, 6))):
        body = draw(st.sampled_from(bodies))
        path = draw(st.sampled_from(paths(body)))
        _spoil(draw, body, path)
    return bodies


def _spoil(draw: st.DrawFn, body: Data, path: Path) -> None:
    holder: Any = body
    for step in path[:-1]:
        holder = holder[step]
    value = holder[path[-1]] if path else body
    change = draw(st.sampled_from(["replace", "remove", "reorder", "repeat"]))
    if isinstance(value, dict) and (change != "remove" or not path):
        value[draw(KEYS)] = draw(JSON)
    elif isinstance(value, list) and change == "reorder":
        holder[path[-1]] = draw(st.permutations(value))
    elif isinstance(value, list) and change == "repeat" and value:
        value.append(copy.deepcopy(value[0]))
    elif change == "remove":
        del holder[path[-1]]
    else:
        holder[path[-1]] = draw(JSON)


@st.composite
def strangers(draw: st.DrawFn) -> list[Data]:
    """A HostedCluster and NodePools that have nothing but their kinds and fields' names."""
    pools = draw(st.lists(_stranger(NODE_POOL, NODE_POOL_TABLE), max_size=3))
    return [draw(_stranger(HOSTED_CLUSTER, HOSTED_CLUSTER_TABLE)), *pools]


@st.composite
def _stranger(draw: st.DrawFn, kind: str, table: Table) -> Data:
    body: Data = {"apiVersion": HYPERSHIFT, "kind": kind}
    body |= draw(st.dictionaries(st.sampled_from(["metadata", "spec", "status"]), JSON))
    entries: list[Row | Derived] = [*table.rows, *table.derived]
    for entry in draw(st.lists(st.sampled_from(entries), max_size=6)):
        level = body
        for step in entry.manifest[:-1]:
            inner = level.get(step)
            level[step] = inner if isinstance(inner, dict) else {}
            level = level[step]
        level[entry.manifest[-1]] = draw(JSON)
    return body
