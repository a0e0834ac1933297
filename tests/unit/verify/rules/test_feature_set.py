"""Feature sets."""

from pathlib import Path

from tests.unit.verify.rules.raw import raw, told

from hcpc.verify.rules.feature_set import check

AT = "spec.configuration.featureGate"


def test_a_feature_set_is_told_of(tmp_path: Path) -> None:
    spec = "featureGate: {featureSet: CustomNoUpgrade, enabled: [A]}\n"
    assert told(check, tmp_path, spec) == ["HCP1421 CustomNoUpgrade"]
    assert told(check, tmp_path, raw(AT, {"featureSet": ""})) == []


def test_features_are_chosen_with_one_of_them_only(tmp_path: Path) -> None:
    lists = {"featureSet": "", "customNoUpgrade": {"enabled": ["A"]}}
    assert told(check, tmp_path, raw(AT, lists)) == ['HCP0211 "customNoUpgrade"']
    none: dict[str, object] = {"customNoUpgrade": {"enabled": []}}
    assert told(check, tmp_path, raw(AT, none)) == []
