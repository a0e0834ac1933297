"""The documentation: links lead somewhere, commands print what is shown, nothing is stale."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from hcpc.cli.main import command

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
PLAYED = [
    ROOT / "README.md",
    DOCS / "tutorial.md",
    DOCS / "how-to" / "backup-and-restore.md",
    DOCS / "how-to" / "changes-against-a-base.md",
    DOCS / "how-to" / "crd-sets.md",
    DOCS / "how-to" / "lint-in-ci.md",
    DOCS / "how-to" / "management-cluster.md",
    DOCS / "how-to" / "overlays.md",
    DOCS / "how-to" / "policy.md",
]

FENCE = re.compile(r"^ *(`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^ *\1$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CUT = "…"
README_LINES = 150


def prose(page: Path) -> str:
    """A page's text without its code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What links may name behind `#`, as forges make it from headings."""
    headings = (heading.lower().replace("`", "") for heading in HEADING.findall(prose(page)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def leads_nowhere(page: Path, path: str, anchor: str | None) -> bool:
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return True
    return anchor is not None and anchor not in anchors(target)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file_and_a_heading_in_it(page: Path) -> None:
    links = [(link["path"], link["anchor"]) for link in LINK.finditer(prose(page))]
    assert [link for link in links if leads_nowhere(page, *link)] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        for link in LINK.finditer(prose(page)):
            target = (page.parent / link["path"]).resolve()
            waiting += sorted(target.glob("*.md")) if target.is_dir() else []
            waiting += [target] if target.suffix == ".md" and target.is_file() else []
    assert [page for page in PAGES if page not in reached] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < README_LINES


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(page.name[:4]) for page in sorted((DOCS / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    for page in (DOCS / "decisions").glob("*.md"):
        assert page.read_text(encoding="utf-8").startswith(f"# {page.name[:4]}: ")


def test_the_generated_pages_are_fresh() -> None:
    checked = subprocess.run(
        [sys.executable, DOCS / "generate.py", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of the repository as far as its fleets go, made the current directory."""
    for name in ("clusters", "overlays", "rendered", "tests/fleets"):
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True)
    shutil.copy(ROOT / "fleet.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HCPC_CACHE_DIR", str(tmp_path / ".cache"))
    monkeypatch.delenv("HCPC_BASE", raising=False)  # as for whoever follows a page
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for arguments in (("init",), ("add", "."), (*identity, "commit", "-m", "start")):
        subprocess.run(["git", *arguments], check=True, capture_output=True)
    return tmp_path


def output(line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a shown command prints; `hcpc` is called in this process."""
    words = shlex.split(line)
    match words:
        case ["cd", directory]:
            monkeypatch.chdir(directory)
            return ""
        case ["hcpc", *arguments]:
            return CliRunner().invoke(command, arguments, catch_exceptions=False).output
        case ["env", setting, "hcpc", *arguments]:
            name, _, value = setting.partition("=")
            with_it = CliRunner(env={name: value})
            return with_it.invoke(command, arguments, catch_exceptions=False).output
        case _:
            return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def without_cuts(printed: str, shown: str) -> str:
    """What was printed, shortened in the places where `shown` is."""
    parts = re.split(rf"^{CUT}\n", shown, flags=re.MULTILINE)
    pattern = "((?:.*\n)*)".join(re.escape(part) for part in parts)
    return shown if re.fullmatch(pattern, printed) else printed


@pytest.mark.parametrize("page", PLAYED, ids=lambda page: page.name)
def test_commands_print_what_a_page_shows(
    page: Path, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Path.cwd() == clone
    played = 0
    for fence in FENCE.finditer(page.read_text(encoding="utf-8")):
        if fence["info"] != "console":
            continue
        for part in re.split(r"^\$ ", fence["text"], flags=re.MULTILINE)[1:]:
            line, _, shown = part.partition("\n")
            printed = output(line, monkeypatch).rstrip("\n") + "\n"
            expected = shown.rstrip("\n") + "\n"
            assert f"$ {line}\n{without_cuts(printed, expected)}" == f"$ {line}\n{expected}"
            played += 1
    assert played
