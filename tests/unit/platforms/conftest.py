"""What the tests of all platforms share: the laws of codecs, faults, and agreement with CRDs."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from tests.outside import crd, needs_crds

from hcpc.mapping.codec import Codec
from hcpc.platforms.platform import Platform, Surroundings
from hcpc.spec.types import Form


@pytest.fixture
def lower() -> Callable[[type[Form], Codec, Any], Any]:
    """The manifest of a spec, after the model took it and the codec's two laws held."""
    return _lower


def _lower(model: type[Form], codec: Codec, spec: Any) -> Any:
    data = model.model_validate(spec).model_dump(by_alias=True, exclude_unset=True)
    assert data == spec
    manifest = codec.lower(data)
    lifted = codec.lift(manifest)
    assert lifted == data
    assert codec.lower(lifted) == manifest
    return manifest


@pytest.fixture
def faults() -> Callable[[type[Form], Any], set[str]]:
    """What a model refuses, as `kind path: fields`."""
    return _faults


def _faults(model: type[Form], spec: Any) -> set[str]:
    try:
        model.model_validate(spec)
    except ValidationError as invalid:
        return {_shown(error) for error in invalid.errors(include_url=False)}
    return set()


def _shown(error: Any) -> str:
    path = ".".join(str(step) for step in error["loc"])
    fields = ", ".join(error.get("ctx", {}).get("fields", ()))
    return f"{error['type']} {path}" + (f": {fields}" if fields else "")


@pytest.fixture
def unsaid() -> Callable[..., set[str]]:
    """Fields of a platform's CRDs that none of the given specs says.

    Called with the platform and lists of specs: `clusters`, `pools`, `kms`. A manifest field that
    the CRD lacks is an error.
    """
    return _unsaid


def _unsaid(
    platform: Platform,
    *,
    clusters: Iterable[Any] = (),
    pools: Iterable[Any] = (),
    kms: Iterable[Any] = (),
) -> set[str]:
    place = f"platform.{platform.member}"
    specs = [
        ("HostedCluster", place, platform.cluster, platform.cluster_codec, clusters),
        ("NodePool", place, platform.node_pool, platform.node_pool_codec, pools),
    ]
    if platform.kms:
        place = f"secretEncryption.kms.{platform.member}"
        specs.append(("HostedCluster", place, platform.kms.model, platform.kms.codec, kms))
    manifests = [
        (kind, place, [_lower(model, codec, spec) for spec in said])
        for kind, place, model, codec, said in specs
    ]
    if needs_crds.args[0]:
        pytest.skip(needs_crds.kwargs["reason"])
    return {field for kind, place, said in manifests for field in _left(kind, place, said)}


def _left(kind: str, place: str, manifests: Iterable[Any]) -> set[str]:
    schema = crd(kind)
    for step in ("spec", *place.split(".")):
        schema = schema["properties"][step]
    said = {leaf for manifest in manifests for leaf in _said(schema, manifest, ())}
    return {f"{kind} {place}.{leaf}" for leaf in set(_leaves(schema, ())) - said}


def _leaves(schema: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    if "items" in schema:
        yield from _leaves(schema["items"], path)
    elif "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from _leaves(inner, (*path, name))
    else:
        yield ".".join(path)


def _said(schema: dict[str, Any], value: Any, path: tuple[str, ...]) -> Iterator[str]:
    if "items" in schema:
        for item in value:
            yield from _said(schema["items"], item, path)
    elif "properties" in schema:
        for name, inner in value.items():
            assert name in schema["properties"], (*path, name)
            yield from _said(schema["properties"][name], inner, (*path, name))
    else:
        yield ".".join(path)


@pytest.fixture
def leaves() -> Callable[[Iterable[Any]], set[str]]:
    """The fields of manifests, where there is no CRD to compare them with."""
    return lambda manifests: {leaf for manifest in manifests for leaf in _flat(manifest, ())}


def _flat(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _flat(inner, (*path, name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for item in value:
            yield from _flat(item, path)
    else:
        yield ".".join(path)


@pytest.fixture
def published() -> Callable[[Platform, dict[str, Any], str], tuple[str, ...]]:
    """How a platform publishes api, ignition, konnectivity and oauth of cluster `pay`.

    Given are the cluster's settings and the external DNS domain; nodes are at 192.0.2.1.
    """
    return _published


def _published(platform: Platform, settings: dict[str, Any], domain: str) -> tuple[str, ...]:
    strategies = platform.publish(Surroundings("pay", settings, "192.0.2.1", domain))
    assert tuple(strategies) == ("api", "ignition", "konnectivity", "oauth")
    return tuple(
        " ".join([way, *details.values()])
        for strategy in strategies.values()
        for way, details in strategy.items()
    )
