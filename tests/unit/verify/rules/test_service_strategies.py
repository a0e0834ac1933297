"""How platforms have their services published."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.agreeing import on_aws, on_azure
from tests.unit.verify.rules.checking import checked

from hcpc.verify.rules.service_strategies import check

PORT = "{nodePort: {address: a.example.com}}"
NAMED = "{route: {hostname: api.example.com}}"


@pytest.mark.parametrize(
    ("publish", "expected"),
    [
        ("{}", []),
        (f"{{api: {NAMED}}}", []),
        ("{api: {loadBalancer: {}}}", []),
        ("{api: {route: {}}}", ["HCP1406 route"]),
        (f"{{api: {PORT}}}", ["HCP1406 nodePort"]),
        ("{oauth: {loadBalancer: {}}}", ["HCP1406 loadBalancer"]),
        (f"{{ignition: {PORT}, konnectivity: {PORT}}}", ["HCP1406 nodePort", "HCP1406 nodePort"]),
    ],
)
def test_on_aws_all_but_the_api_are_routes(
    publish: str, expected: list[str], tmp_path: Path
) -> None:
    text = on_aws("demo", f"publish: {publish}\n")
    assert underlined(checked(check, tmp_path, text)) == expected


@pytest.mark.parametrize(
    ("publish", "expected"),
    [
        ("{}", []),
        ("{oauth: {loadBalancer: {}}}", []),
        ("{konnectivity: {loadBalancer: {}}}", ["HCP1406 loadBalancer"]),
        (f"{{oauth: {PORT}}}", ["HCP1406 nodePort"]),
        (f"{{api: {PORT}}}", []),
    ],
)
def test_on_azure_nodes_use_routes(publish: str, expected: list[str], tmp_path: Path) -> None:
    text = f"{on_azure('demo')}  publish: {publish}\n"
    assert underlined(checked(check, tmp_path, text)) == expected


def test_other_platforms_do_not_care(tmp_path: Path) -> None:
    publish = f"publish: {{api: {{route: {{}}}}, oauth: {PORT}, ignition: {{loadBalancer: {{}}}}}}"
    assert checked(check, tmp_path, cluster("demo", f"{publish}\n")) == []
