"""The AWS platform."""

from collections.abc import Callable
from typing import Any

import pytest

from hcpc.mapping.codec import Unliftable
from hcpc.platforms.aws import PLATFORM
from hcpc.platforms.platform import Pool

ROLES = {
    f"{name}ARN": f"arn:aws:iam::123456789012:role/{name}"
    for name in (
        "controlPlaneOperator",
        "imageRegistry",
        "ingress",
        "kubeCloudController",
        "network",
        "nodePoolManagement",
        "storage",
    )
}
CLUSTER: dict[str, Any] = {
    "region": "us-east-2",
    "rolesRef": ROLES,
    "cloudProviderConfig": {
        "vpc": "vpc-1",
        "zone": "us-east-2a",
        "subnet": {"id": "subnet-1", "filters": {"tag:Name": ["a", "b"], "vpc-id": ["vpc-1"]}},
    },
    "endpointAccess": "PublicAndPrivate",
    "resourceTags": {
        "team": "payments",
        "cost/center": {"value": "42", "overridePolicy": "Allow"},
    },
    "serviceEndpoints": {"ec2": "https://ec2.example.com", "s3": "https://s3.example.com"},
    "additionalAllowedPrincipals": ["arn:aws:iam::123456789012:root"],
    "sharedVPC": {
        "localZoneID": "Z1",
        "rolesRef": {
            "controlPlaneARN": "arn:aws:iam::123456789012:role/control-plane",
            "ingressARN": "arn:aws-us-gov:iam::123456789012:role/path/ingress",
        },
    },
    "terminationHandlerQueueURL": "https://sqs.us-east-2.amazonaws.com/123456789012/spot.fifo",
    "multiArch": False,
}
POOL: dict[str, Any] = {
    "instanceType": "m6i.xlarge",
    "subnet": {"id": "subnet-0a1b"},
    "instanceProfile": "worker",
    "rootVolume": {
        "size": 120,
        "type": "gp3",
        "iops": 3000,
        "encrypted": True,
        "encryptionKey": "arn:aws:kms:us-east-2:123456789012:key/1",
    },
    "ami": "ami-1",
    "imageType": "Linux",
    "securityGroups": [{"id": "sg-1"}, {"filters": {"tag:role": ["worker"]}}],
    "resourceTags": {"team": "payments", "tier": "gold"},
    "placement": {
        "tenancy": "dedicated",
        "marketType": "CapacityBlocks",
        "capacityReservation": {
            "id": "cr-0123456789abcdef0",
            "preference": "CapacityReservationsOnly",
            "marketType": "CapacityBlocks",
        },
    },
}
SPOT_POOL: dict[str, Any] = {
    "instanceType": "m6i.xlarge",
    "subnet": {"filters": {"tag:Name": ["workers"]}},
    "placement": {"marketType": "Spot", "spot": {"maxPrice": "0.05"}, "tenancy": "default"},
}
KMS: dict[str, Any] = {
    "region": "us-east-2",
    "activeKey": {"arn": "arn:aws:kms:us-east-2:123456789012:key/2"},
    "backupKey": {"arn": "arn:aws:kms:us-east-2:123456789012:key/1"},
    "auth": {"awsKms": "arn:aws:iam::123456789012:role/kms"},
}


def test_every_field_of_the_crds_can_be_said(unsaid: Callable[..., set[str]]) -> None:
    assert unsaid(PLATFORM, clusters=[CLUSTER], pools=[POOL, SPOT_POOL], kms=[KMS]) == set()


def test_a_tag_may_be_bare_or_carry_a_policy(lower: Callable[..., Any]) -> None:
    manifest = lower(PLATFORM.cluster, PLATFORM.cluster_codec, CLUSTER)
    assert manifest["resourceTags"] == [
        {"key": "team", "value": "payments"},
        {"key": "cost/center", "value": "42", "overridePolicy": "Allow"},
    ]


def test_filters_and_endpoints_are_lists_in_manifests(lower: Callable[..., Any]) -> None:
    manifest = lower(PLATFORM.cluster, PLATFORM.cluster_codec, CLUSTER)
    assert manifest["cloudProviderConfig"]["subnet"]["filters"] == [
        {"name": "tag:Name", "values": ["a", "b"]},
        {"name": "vpc-id", "values": ["vpc-1"]},
    ]
    assert manifest["serviceEndpoints"][0] == {"name": "ec2", "url": "https://ec2.example.com"}


@pytest.mark.parametrize(
    "tags",
    [
        [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}],
        [{"key": "a"}],
        [{"key": "a", "value": "1", "overridePolicy": "Deny", "other": "x"}],
        [{"value": "1"}],
    ],
)
def test_tags_that_are_no_mapping_are_left_to_the_passthrough(tags: list[dict[str, str]]) -> None:
    manifest = {"region": "us-east-2", "resourceTags": tags}
    assert PLATFORM.cluster_codec.lift(manifest) == {"region": "us-east-2"}


def test_a_security_group_without_a_spec_form_takes_its_list_along() -> None:
    groups = [{"id": "sg-1"}, {"filters": [{"name": "a", "values": []}, {"name": "a"}]}]
    manifest = {"instanceType": "m5.large", "securityGroups": groups}
    assert PLATFORM.node_pool_codec.lift(manifest) == {"instanceType": "m5.large"}


def test_something_else_than_a_mapping_is_unliftable() -> None:
    with pytest.raises(Unliftable):
        PLATFORM.cluster_codec.lift("us-east-2")


@pytest.mark.parametrize(
    ("rest", "spec"),
    [
        (("resourceTags", 0, "value"), ("resourceTags", "team")),
        (("resourceTags", 0, "key"), ("resourceTags", "team")),
        (("resourceTags", 1, "value"), ("resourceTags", "cost/center", "value")),
        (
            ("cloudProviderConfig", "subnet", "filters", 0, "values", 1),
            ("cloudProviderConfig", "subnet", "filters", "tag:Name", 1),
        ),
        (("serviceEndpoints", 1, "url"), ("serviceEndpoints", "s3")),
    ],
)
def test_a_manifest_path_leads_back_to_the_spec(
    rest: tuple[str | int, ...], spec: tuple[str | int, ...]
) -> None:
    manifest = PLATFORM.cluster_codec.lower(CLUSTER)
    assert PLATFORM.cluster_codec.trace(rest, manifest) == spec


BALANCED = ("loadBalancer", "route", "route", "route")


@pytest.mark.parametrize(
    ("settings", "domain", "expected"),
    [
        (
            {},
            "d.example",
            (
                "route api-pay.d.example",
                "route ignition-pay.d.example",
                "route konnectivity-pay.d.example",
                "route oauth-pay.d.example",
            ),
        ),
        (
            {"endpointAccess": "PublicAndPrivate"},
            "d.example",
            ("route api-pay.d.example", "route", "route", "route oauth-pay.d.example"),
        ),
        (
            {"endpointAccess": "Private"},
            "d.example",
            ("route api-pay.d.example", "route", "route", "route"),
        ),
        ({}, "", BALANCED),
        ({"endpointAccess": "PublicAndPrivate"}, "", BALANCED),
        ({"endpointAccess": "Private"}, "", BALANCED),
    ],
)
def test_services_are_published_by_endpoint_access(
    published: Callable[..., tuple[str, ...]],
    settings: dict[str, Any],
    domain: str,
    expected: tuple[str, ...],
) -> None:
    assert published(PLATFORM, settings, domain) == expected


def test_access_is_public_when_absent(published: Callable[..., tuple[str, ...]]) -> None:
    said = published(PLATFORM, {"endpointAccess": "Public"}, "d.example")
    assert published(PLATFORM, {}, "d.example") == said


@pytest.mark.parametrize(
    ("placement", "expected"),
    [
        (
            {"tenancy": "host", "capacityReservation": {}},
            {"exclusive placement: tenancy, capacityReservation"},
        ),
        ({"tenancy": "host"}, set()),
        (
            {"marketType": "Spot", "capacityReservation": {}},
            {"exclusive placement: marketType, capacityReservation"},
        ),
        (
            {"marketType": "Spot", "tenancy": "dedicated"},
            {"exclusive placement: marketType, tenancy"},
        ),
        ({"marketType": "Spot", "tenancy": "default", "spot": {}}, set()),
        ({"marketType": "CapacityBlocks"}, {"one_of placement: capacityReservation"}),
        ({"marketType": "CapacityBlocks", "capacityReservation": {}}, set()),
        ({"spot": {}}, {"one_of placement: marketType"}),
        ({"marketType": "OnDemand", "spot": {}}, {"exclusive placement: marketType, spot"}),
        (
            {"capacityReservation": {"id": "cr-0123456789abcdef0", "preference": "Open"}},
            {"exclusive placement.capacityReservation: id, preference"},
        ),
        (
            {"capacityReservation": {"id": "cr-0123456789abcdef0", "preference": ""}},
            set(),
        ),
        (
            {"capacityReservation": {"marketType": "CapacityBlocks"}},
            {"one_of placement.capacityReservation: id"},
        ),
        ({"capacityReservation": {"preference": "Open", "marketType": "OnDemand"}}, set()),
        ({"capacityReservation": {"id": "cr-1"}}, {"format placement.capacityReservation.id"}),
    ],
)
def test_placement_rules(
    faults: Callable[..., set[str]], placement: dict[str, Any], expected: set[str]
) -> None:
    pool = {"instanceType": "m5.large", "subnet": {"id": "subnet-1"}, "placement": placement}
    assert faults(PLATFORM.node_pool, pool) == expected


@pytest.mark.parametrize(
    ("subnet", "expected"),
    [
        ({}, {"one_of subnet: id, filters"}),
        (
            {"id": "subnet-1", "filters": {"a": ["b"]}},
            {"exclusive subnet: id, filters"},
        ),
        ({"id": "vpc-1"}, {"format subnet.id"}),
        ({"filters": {}}, {"too_short subnet.filters"}),
        ({"filters": {"tag:Name": ["a"]}}, set()),
    ],
)
def test_a_subnet_is_found_by_id_or_by_filters(
    faults: Callable[..., set[str]], subnet: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.node_pool, {"instanceType": "m5.large", "subnet": subnet}) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"resourceTags": {"a b": "x"}}, {"format resourceTags.a b.[key]"}),
        ({"resourceTags": {"a": "x y"}}, {"format resourceTags.a.bare"}),
        (
            {"resourceTags": {"a": {"value": "x"}}},
            {"missing resourceTags.a.guarded.overridePolicy"},
        ),
        ({"resourceTags": {f"t{n}": "x" for n in range(26)}}, {"too_long resourceTags"}),
        ({"serviceEndpoints": {"ec2": "http://x.example.com"}}, {"format serviceEndpoints.ec2"}),
        ({"terminationHandlerQueueURL": "https://x"}, {"format terminationHandlerQueueURL"}),
        ({"endpointAccess": "public"}, {"literal_error endpointAccess"}),
        ({"rolesRef": {}}, {f"missing rolesRef.{role}" for role in ROLES}),
        ({"regoin": "x"}, {"extra_forbidden regoin"}),
        ({"resourceTags": {"build": 7}}, set()),
    ],
)
def test_a_cluster_is_refused_where_the_api_would(
    faults: Callable[..., set[str]], changed: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.cluster, CLUSTER | changed) == expected


def test_a_key_must_be_named_by_its_arn(faults: Callable[..., set[str]]) -> None:
    assert PLATFORM.kms is not None
    wrong = KMS | {"activeKey": {"arn": "alias/etcd"}}
    assert faults(PLATFORM.kms.model, wrong) == {"format activeKey.arn"}
    assert faults(PLATFORM.kms.model, KMS) == set()


@pytest.mark.parametrize("odd", [["Private"], {"a": 1}])
def test_access_of_any_shape_is_not_private(odd: Any) -> None:
    assert PLATFORM.publishing({"endpointAccess": odd}) == PLATFORM.publishing({})


@pytest.mark.parametrize("odd", [["team"], {"a": 1}, None])
def test_tags_with_keys_of_any_shape_are_passed_over(odd: Any) -> None:
    tags = [{"key": odd, "value": "a"}, {"key": "team", "value": "a"}]
    others = [{"key": odd, "value": "b"}, {"key": "team", "value": "b"}]
    pool = Pool({"resourceTags": tags}, {"resourceTags": others}, {}, (4, 20), (4, 20))
    [lost] = PLATFORM.pool_faults(pool)
    assert lost.path == ("resourceTags", 1)
