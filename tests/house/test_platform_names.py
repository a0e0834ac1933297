"""A platform's name appears in its own module and in one line of the registry, nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hcpc.platforms import registry

PACKAGE = Path(__file__).parents[2] / "compiler" / "hcpc"
MODULES = sorted(PACKAGE.rglob("*.py"))

# `none` is a word of the language too: only as a whole string does it name a platform.
QUOTED_ONLY = {"none"}

_CONDITION = "conditions are called so by the operator, whose list it is"

EXEMPT = {
    ("kube/conditions.py", "aws"): _CONDITION,
    ("kube/conditions.py", "azure"): _CONDITION,
    ("kube/conditions.py", "gcp"): _CONDITION,
    ("kube/conditions.py", "ibmcloud"): "its machines are its users' own",
    ("kube/conditions.py", "none"): "its machines are its users' own",
    ("scaffold.py", "agent"): "the demo cluster that people change has to be on some platform",
    ("spec/oauth.py", "openstack"): "Keystone is OpenStack's, wherever the cluster runs",
    ("payloads/restore_patches.py", "kubevirt"): "the name of an annotation, whatever the platform",
    ("payloads/restore_steps.py", "aws"): "the command line for S3 buckets, whatever the platform",
    ("spec/restore.py", "none"): "what becomes of objects that are there: nothing",
    ("verify/messages.py", "openstack"): "a shape of the field tables: what an id looks like",
    ("lower/publish.py", "none"): "a service that is not published",
    ("platforms/kubevirt.py", "none"): "networks and disks that are not there",
    ("platforms/aws.py", "none"): "a preference that is not there",
    ("spec/cluster.py", "none"): "audit profiles, and metrics that are not forwarded",
    ("spec/kubelet.py", "none"): "a policy of the kubelet that is not there",
    ("spec/oauth.py", "none"): "authentication that is not there",
    ("spec/performance_profile.py", "none"): "a policy of the kubelet that is not there",
    ("spec/flag_rules.py", "aws"): "names of the installer's flags",
    ("spec/flag_rules.py", "azure"): "names of the installer's flags",
    ("spec/flag_rules.py", "gcp"): "names of the installer's flags",
    ("spec/install_flags.py", "aws"): "names and values of the installer's flags",
    ("spec/install_flags.py", "azure"): "names and values of the installer's flags",
    ("spec/install_flags.py", "gcp"): "names and values of the installer's flags",
    ("spec/install_flags.py", "none"): "a value of the installer's flags",
    ("payloads/flag_checks.py", "none"): "a value of the installer's flags",
    ("resolve/operator_setup.py", "none"): "a value of the installer's flags",
    ("kube/annotations.py", "agent"): "the part of konnectivity that runs on nodes",
    ("verify/rules/authentication.py", "none"): "authentication that is not there",
    ("verify/rules/service_strategies.py", "none"): "a service that is not published",
    ("verify/rules/services.py", "none"): "a service that is not published",
    ("spec/publish.py", "none"): "a service that is not published",
    ("run/base.py", "none"): "what is said in place of a revision: there is none to compare with",
    ("verify/rules/architecture.py", "none"): "an empty list, in words",
    ("cli/sync.py", "none"): "a forge that is not told",
    ("cli/syncing.py", "none"): "a forge that is not told",
    ("sync/tell/forge.py", "agent"): "the header of HTTP that says which program asks",
    ("sync/cluster/credentials.py", "agent"): "the header of HTTP that says which program asks",
}
"""Why a name may stand where it does not name a platform."""


def words(name: str) -> re.Pattern[str]:
    """The name as a word, also as a part of names such as `AwsCluster` and `on_aws`."""
    kind = next(kind for kind in KINDS if registry.name_of(kind) == name)
    forms = "|".join(sorted({name, name.upper(), name.capitalize(), kind}))
    return re.compile(
        rf"(?<![A-Za-z])(?:{forms})(?![a-z])|(?<=[a-z])(?:{kind}|{name.capitalize()})(?![a-z])"
    )


KINDS = [
    platform.manifest_type
    for platform in map(registry.platform, registry.NAMES)
    if platform is not None
]


def quoted(text: str) -> Iterator[str]:
    """Every string of a module, in lower case."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.lower()


def names_in(module: Path) -> set[str]:
    text = module.read_text(encoding="utf-8")
    found = {name for name in set(registry.NAMES) - QUOTED_ONLY if words(name).search(text)}
    return found | (QUOTED_ONLY & set(quoted(text)))


FOUND = {
    (module.relative_to(PACKAGE).as_posix(), name)
    for module in MODULES
    for name in names_in(module)
    if module != PACKAGE / "platforms" / f"{name}.py"
    and module != PACKAGE / "platforms" / "registry.py"
}


def test_every_platform_has_a_module_and_a_line_in_the_registry() -> None:
    assert len(KINDS) == len(registry.NAMES)
    modules = (PACKAGE / "platforms").glob("*.py")
    has_platform = (each for each in modules if "\nPLATFORM = " in each.read_text(encoding="utf-8"))
    assert {each.stem for each in has_platform} == set(registry.NAMES)
    lines = (PACKAGE / "platforms" / "registry.py").read_text(encoding="utf-8").splitlines()
    for name in registry.NAMES:
        assert (PACKAGE / "platforms" / f"{name}.py").is_file()
        assert sum(f'"{name}"' in line for line in lines) == 1


def test_no_other_module_names_a_platform() -> None:
    assert sorted(FOUND - set(EXEMPT)) == []


def test_every_exemption_is_needed() -> None:
    assert sorted(set(EXEMPT) - FOUND) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("if chosen == 'aws':", "aws"),
        ("class AwsCluster:", "aws"),
        ("on_aws()", "aws"),
        ("onAws()", "aws"),
        ("# KubeVirt needs this", "kubevirt"),
        ("from hcpc.platforms import gcp", "gcp"),
        ("PowerVS", "powervs"),
        ("AGENT", "agent"),
    ],
)
def test_a_name_is_found_in_every_form(text: str, name: str) -> None:
    assert words(name).search(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [("laws", "aws"), ("agents", "agent"), ("management", "agent"), ("draws", "aws")],
)
def test_other_words_are_none_of_them(text: str, name: str) -> None:
    assert words(name).search(text) is None
