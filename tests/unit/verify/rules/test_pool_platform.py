"""What only a platform knows of its node pools."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.small_fleet import cluster, document
from tests.unit.verify.rules.agreeing import ON_AZURE, on_aws, on_azure
from tests.unit.verify.rules.pools import findings, told

CODES = ("HCP0404", "HCP1502", "HCP1510", "HCP1511", "HCP1512")
IMAGE = "quay.io/openshift-release-dev/ocp-release"
OLD_QUEUE = "hypershift.openshift.io/aws-termination-handler-queue-url"
QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/demo"
NAMED = {"publisher": "azureopenshift", "offer": "a", "sku": "b", "version": "1.2.3"}
SPOT = {"placement": {"tenancy": "default", "marketType": "Spot"}}
RESERVED = {"placement": {"capacityReservation": {"preference": "Open"}}}


def aws(pool: dict[str, Any], spec: str = "", **settings: Any) -> str:
    own = {"instanceType": "m6i.large", "subnet": {"id": "subnet-1"}, **pool}
    pools = {"w": {"replicas": 2, "platform": {"aws": own}}}
    return on_aws("demo", f"nodePools: {json.dumps(pools)}\n{spec}", **settings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (aws({}), []),
        (aws(SPOT), ["HCP1511"]),
        (aws(SPOT, terminationHandlerQueueURL=QUEUE), []),
        (
            aws(
                SPOT,
                f"annotations: {{{OLD_QUEUE}: {QUEUE}}}\n",
            ),
            [],
        ),
        (aws(RESERVED), ["HCP1510"]),
        (aws(RESERVED, f"release: {IMAGE}:4.18.30\n"), ["HCP1510"]),
        (aws(RESERVED, f"release: {IMAGE}:4.19.0\n"), []),
        (aws(RESERVED, f"release: {IMAGE}:latest\n"), []),
        (aws({"rootVolume": {"size": 100, "type": "gp3", "iops": 4000}}), []),
        (aws({"rootVolume": {"size": 100, "type": "gp2", "iops": 4000}}), ["HCP1510"]),
        (aws({"resourceTags": {"a": "b"}}, resourceTags={"a": "b", "c": "d"}), []),
        (aws({"resourceTags": {"a": "x"}}, resourceTags={"a": "b"}), ["HCP1512"]),
        (
            aws(
                {"resourceTags": {"a": "x"}},
                resourceTags={"a": {"value": "b", "overridePolicy": "Deny"}},
            ),
            ["HCP1512"],
        ),
        (
            aws(
                {"resourceTags": {"a": "x"}},
                resourceTags={"a": {"value": "b", "overridePolicy": "Allow"}},
            ),
            [],
        ),
    ],
)
def test_on_aws(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert [found.code for found in findings(tmp_path, text, *CODES)] == expected


@pytest.mark.parametrize(
    ("image", "version", "expected"),
    [
        ({"imageID": "i"}, "4.19.1", []),
        ({"azureMarketplace": {}}, "4.20.0", []),
        ({"azureMarketplace": {}}, "4.19.1", ["HCP1510"]),
        ({"azureMarketplace": {"imageGeneration": "Gen2"}}, "4.19.1", ["HCP1510"]),
        ({"azureMarketplace": {}}, "latest", []),
        (
            {"azureMarketplace": NAMED},
            "4.19.1",
            [],
        ),
    ],
)
def test_on_azure_the_release_of_the_pool_knows_its_image(
    tmp_path: Path, image: dict[str, Any], version: str, expected: list[str]
) -> None:
    own = ON_AZURE["w"]["platform"]["azure"] | {"image": image}
    pools = {"w": {"replicas": 2, "release": f"{IMAGE}:{version}", "platform": {"azure": own}}}
    head = on_azure("demo").partition("  nodePools:")[0]
    text = f"{head}  release: {IMAGE}:4.20.9\n  nodePools: {json.dumps(pools)}\n"
    assert [found.code for found in findings(tmp_path, text, *CODES)] == expected


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ("{attachDefaultNetwork: true}", []),
        ("{attachDefaultNetwork: false, additionalNetworks: [{name: a/b}]}", []),
        ("{attachDefaultNetwork: false}", ["HCP1510 false"]),
    ],
)
def test_virtual_machines_have_a_network(tmp_path: Path, patch: str, expected: list[str]) -> None:
    spec = "platform: {kubevirt: {generateID: demo}}\nnodePools: {w: {replicas: 2}}\n"
    overlay = f"{{spec: {{platform: {{kubevirt: {patch}}}}}}}"
    assert told(tmp_path, document("Cluster", "demo", spec), *CODES, overlay=overlay) == expected


def test_a_pool_is_on_the_platform_of_its_cluster(tmp_path: Path) -> None:
    overlay = "{spec: {platform: {type: None, agent: null}}}"
    text = cluster("demo")
    assert told(tmp_path, text, *CODES, overlay=overlay) == ["HCP0404 None"]
