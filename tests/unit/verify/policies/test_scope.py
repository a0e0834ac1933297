"""Laws of scopes and of field patterns, whatever the names."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from hcpc.verify.policies.fields import field_of
from hcpc.verify.policies.scope import Whereabouts, fits

NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)
LABELS = st.dictionaries(NAMES, NAMES, max_size=3)
DIRECTORIES = st.lists(NAMES, max_size=4).map("/".join)
WHERE = st.builds(Whereabouts, DIRECTORIES, NAMES, LABELS, NAMES, NAMES)


@given(WHERE)
def test_a_scope_that_says_nothing_fits_everything(where: Whereabouts) -> None:
    assert fits({}, where)


@given(WHERE)
def test_a_scope_made_of_a_clusters_own_facts_fits_it(where: Whereabouts) -> None:
    assert fits(facts(where), where)


@given(WHERE, WHERE)
def test_each_word_of_a_scope_can_only_narrow_it(one: Whereabouts, other: Whereabouts) -> None:
    scope = facts(one)
    if fits(scope, other):
        assert all(fits({field: said}, other) for field, said in scope.items())
    for field in scope:
        if not fits({field: scope[field]}, other):
            assert not fits(scope, other)


@given(WHERE, NAMES)
def test_a_directory_is_itself_and_what_lies_below(where: Whereabouts, name: str) -> None:
    below = where._replace(directory=f"{where.directory}/{name}".lstrip("/"))
    assert fits({"directory": where.directory or "."}, below)
    assert not fits({"directory": below.directory}, where)
    beside = where._replace(directory=f"{below.directory}x")
    assert not fits({"directory": below.directory}, beside)


@given(WHERE, NAMES)
def test_what_is_about_no_cluster_is_in_no_clusters_scope(where: Whereabouts, name: str) -> None:
    shared = Whereabouts(where.directory, management_cluster=where.management_cluster)
    assert not fits({"cluster": "*"}, shared)
    assert not fits({"clusterLabels": {name: name}}, shared)
    assert fits({"managementCluster": where.management_cluster}, shared)


def facts(where: Whereabouts) -> Mapping[str, object]:
    return {
        "cluster": where.cluster,
        "clusterLabels": dict(where.labels),
        "managementCluster": where.management_cluster,
        "platform": where.platform,
        "directory": where.directory or ".",
    }


def test_a_field_is_called_from_where_specs_begin() -> None:
    assert field_of(("spec", "etcd", "size")) == "etcd.size"
    assert field_of(("spec", "cluster", "etcd")) == "etcd"
    assert field_of(("spec", "managementCluster", "region")) == "region"
    assert field_of(("metadata", "name")) == "metadata.name"
