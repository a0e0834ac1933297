"""Published services: a mapping in the spec, in the manifest a list whose order is fixed."""

from typing import Any

import pytest

from hcpc.lower.publish import SERVICES, Services
from hcpc.mapping.codec import Unliftable
from hcpc.spec.publish import Publish
from hcpc.syntax.tree import Path

CODEC = Services()
LISTED: list[dict[str, Any]] = [
    {"service": "APIServer", "servicePublishingStrategy": {"type": "LoadBalancer"}},
    {
        "service": "Ignition",
        "servicePublishingStrategy": {"type": "Route", "route": {"hostname": "ign.example.com"}},
    },
    {"service": "OIDC", "servicePublishingStrategy": {"type": "S3"}},
]


def test_services_are_named_as_the_models_name_them() -> None:
    fields = {info.alias or name for name, info in Publish.model_fields.items()}
    assert set(SERVICES) == fields


def test_the_list_is_in_manifest_order_however_it_was_written() -> None:
    spec = {
        "oidc": {"s3": {}},
        "ignition": {"route": {"hostname": "ign.example.com"}},
        "api": {"loadBalancer": {}},
    }
    assert CODEC.lower(spec) == LISTED
    assert CODEC.lift(LISTED) == spec


@pytest.mark.parametrize(
    ("strategy", "lowered"),
    [
        (
            {"nodePort": {"address": "10.0.0.1", "port": 30443}},
            {"type": "NodePort", "nodePort": {"address": "10.0.0.1", "port": 30443}},
        ),
        (
            {"loadBalancer": {"hostname": "a.b.io"}},
            {"type": "LoadBalancer", "loadBalancer": {"hostname": "a.b.io"}},
        ),
        ({"none": {}}, {"type": "None"}),
    ],
)
def test_each_strategy_has_its_type(strategy: Any, lowered: Any) -> None:
    listed = [{"service": "OAuthServer", "servicePublishingStrategy": lowered}]
    assert CODEC.lower({"oauth": strategy}) == listed
    assert CODEC.lift(listed) == {"oauth": strategy}


@pytest.mark.parametrize(
    "listed",
    [
        {},
        ["APIServer"],
        [{"service": "APIServer"}],
        [{"service": "Other", "servicePublishingStrategy": {"type": "Route"}}],
        [{"service": "APIServer", "servicePublishingStrategy": {"type": "Other"}}],
        [LISTED[0], LISTED[0]],
    ],
)
def test_a_list_that_specs_cannot_say_is_not_lifted(listed: Any) -> None:
    with pytest.raises(Unliftable):
        CODEC.lift(listed)


@pytest.mark.parametrize(
    ("rest", "spec"),
    [
        ((), ()),
        ((1,), ("ignition",)),
        ((1, "service"), ("ignition",)),
        ((1, "servicePublishingStrategy"), ("ignition",)),
        ((1, "servicePublishingStrategy", "type"), ("ignition", "route")),
        ((1, "servicePublishingStrategy", "route", "hostname"), ("ignition", "route", "hostname")),
        ((9, "service"), ()),
        ((-4, "service"), ()),
    ],
)
def test_an_index_leads_to_its_service(rest: Path, spec: Path) -> None:
    assert CODEC.trace(rest, LISTED) == spec


def test_an_empty_list_leads_nowhere() -> None:
    assert CODEC.trace((-1,), []) == ()
