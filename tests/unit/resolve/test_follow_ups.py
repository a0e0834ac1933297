"""A layer that could not be read is told once, not once more for each cluster that needs it."""

from pathlib import Path

from hcpc.pipeline import Options, compile_fleet
from hcpc.scaffold import scaffold


def _codes(root: Path, changes: dict[str, str]) -> list[str]:
    for path, text in {**scaffold("fleet"), **changes}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    found = compile_fleet(root, Options(executor="serial")).findings
    return [f"{each.code} {each.primary.span.file.path}" for each in found]


def test_broken_defaults_do_not_make_their_fields_missing(tmp_path: Path) -> None:
    text = scaffold("fleet")["clusters/defaults.yaml"].replace("{secret:", "{secret: [", 1)
    changes = {"clusters/defaults.yaml": text}
    assert _codes(tmp_path, changes) == ["HCP0101 clusters/defaults.yaml"]


def test_a_broken_catalog_does_not_make_its_releases_unknown(tmp_path: Path) -> None:
    text = scaffold("fleet")["clusters/releases.yaml"] + "  broken: [\n"
    changes = {"clusters/releases.yaml": text}
    assert _codes(tmp_path, changes) == ["HCP0101 clusters/releases.yaml"]


def test_what_the_broken_file_does_not_hold_is_missing_all_the_same(tmp_path: Path) -> None:
    text = scaffold("fleet")["clusters/releases.yaml"] + "  broken: [\n"
    defaults = scaffold("fleet")["clusters/defaults.yaml"].replace("4.17.9", "4.99.1")
    changes = {"clusters/releases.yaml": text, "clusters/defaults.yaml": defaults}
    assert _codes(tmp_path, changes) == [
        "HCP0303 clusters/defaults.yaml",
        "HCP0101 clusters/releases.yaml",
    ]


def test_a_broken_file_beside_explains_nothing(tmp_path: Path) -> None:
    head = "apiVersion: hcpc.dev/v1alpha1\n"
    changes = {
        "clusters/mgmt-1/a/gold.yaml": f"{head}kind: Profile\nmetadata: {{name: gold}}\nspec: [\n",
        "clusters/mgmt-1/ab/pay.yaml": f"{head}kind: Cluster\nmetadata: {{name: pay}}\n"
        "spec:\n  profiles: [gold]\n  platform: {agent: {namespace: a}}\n",
    }
    found = _codes(tmp_path, changes)
    assert "HCP0302 clusters/mgmt-1/ab/pay.yaml" in found
