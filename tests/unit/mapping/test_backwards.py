"""Tables asked about paths alone: which spec field a manifest field is, and the other way."""

import pytest

from hcpc.mapping.backwards import manifest_places, spec_fields
from hcpc.mapping.codec import SECRET, Each, Keyed, Member, Wrapped, union
from hcpc.mapping.table import Table, derived, row

TABLE = Table(
    (
        row("release", "spec.release.image"),
        row("fips", "spec.fips"),
        row("etcd.size", "spec.etcd.managed.size"),
        row("etcd.class", "spec.etcd.managed.className"),
        row("key", "spec.sshKey", SECRET),
        row("upgrade", "spec.management"),
        row("repair", "spec.management.autoRepair"),
        row("config", "spec.config", Each(Wrapped("name"))),
        row(
            "providers",
            "spec.auth.providers",
            Keyed(
                "name",
                union(
                    "type",
                    {
                        "ldap": Member("LDAP", "ldap", Table((row("bind", "bindPassword"),))),
                        "none": Member("None", None),
                    },
                ),
            ),
        ),
    ),
    (derived("etcd", "spec.etcd.type", lambda _: "Managed", "`Managed`"),),
)


def paths(*dotted: str) -> list[tuple[str, ...]]:
    return [tuple(path.split(".")) for path in dotted]


@pytest.mark.parametrize(
    ("manifest", "fields"),
    [
        ("spec.release.image", ["release"]),
        ("spec.release", ["release"]),
        ("spec.etcd", ["etcd.size", "etcd.class"]),
        ("spec.etcd.managed", ["etcd.size", "etcd.class"]),
        ("spec.etcd.managed.className", ["etcd.class"]),
        ("spec.etcd.type", ["etcd"]),
        ("spec.sshKey", ["key"]),
        ("spec.sshKey.name", ["key.secret"]),
        ("spec.sshKey.nmae", []),
        ("spec.management", ["upgrade", "repair"]),
        ("spec.management.autoRepair", ["repair"]),
        ("spec.management.upgradeType", ["upgrade.upgradeType"]),
        ("spec.config.name", ["config"]),
        ("spec.auth", ["providers"]),
        ("spec.auth.providers.name", ["providers.NAME"]),
        ("spec.auth.providers.type", ["providers.NAME"]),
        ("spec.auth.providers.ldap", ["providers.NAME.ldap"]),
        ("spec.auth.providers.ldap.bindPassword", ["providers.NAME.ldap.bind"]),
        ("spec.auth.providers.ldap.nope", []),
        ("spec.auth.providers.none", []),
        ("spec.auth.providers.github", []),
        ("spec.nope", []),
        ("nope", []),
    ],
)
def test_a_manifest_field_leads_to_the_spec_fields_behind_it(
    manifest: str, fields: list[str]
) -> None:
    (path,) = paths(manifest)
    assert spec_fields(TABLE, path) == paths(*fields)


@pytest.mark.parametrize(
    ("spec", "places"),
    [
        ("release", ["spec.release.image"]),
        ("etcd", ["spec.etcd.managed"]),
        ("etcd.size", ["spec.etcd.managed.size"]),
        ("upgrade", ["spec.management"]),
        ("upgrade.type", ["spec.management.type"]),
        ("providers", ["spec.auth.providers"]),
        ("providers.corp", ["spec.auth.providers"]),
        ("providers.corp.ldap", ["spec.auth.providers.ldap"]),
        ("providers.corp.ldap.bind", ["spec.auth.providers.ldap.bindPassword"]),
        ("providers.corp.none", []),
        ("providers.corp.github", []),
        ("config", ["spec.config"]),
        ("key.secret", []),
        ("nope", []),
    ],
)
def test_a_spec_field_leads_to_the_manifest_fields_it_becomes(spec: str, places: list[str]) -> None:
    (path,) = paths(spec)
    assert manifest_places(TABLE, path) == paths(*places)
