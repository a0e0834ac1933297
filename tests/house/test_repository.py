"""Rules that hold for every file of the repository, whatever it says."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "compiler" / "hcpc"

# None of these patterns matches itself, so this file is not exempt from its own rules.
MACHINE_PATH = re.compile(r"/(work|Users|home/(?!core\b)\w+)/")
PACKAGE_REGISTRIES = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("proxy", "golang", "org"),
        ("sum", "golang", "org"),
        ("npmjs", "org"),
        ("crates", "io"),
    )
)
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
BLANKET_IGNORE = re.compile(
    r"#\s*noqa(?!:\s*[A-Z]+\d)|#\s*ruff:\s*noqa|#\s*type:\s*ignore(?!\[)|#\s*mypy:\s*ignore-errors"
)
SAYS_NOTHING = {"utils", "helpers", "common", "misc", "manager", "handler"}


def tracked() -> list[Path]:
    """All files that are, or are about to be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return [path for name in sorted(set(listed) - {""}) if (path := ROOT / name).is_file()]


FILES = tracked()
MODULES = sorted(PACKAGE.rglob("*.py"))


def text_of(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


def lines_matching(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Where the pattern occurs, as `file:line: text`."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def python_files() -> list[Path]:
    return [path for path in FILES if path.suffix in {".py", ".pyi"}]


def imported_roots(module: Path) -> Iterator[str]:
    for statement in ast.walk(ast.parse(text_of(module))):
        if isinstance(statement, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.level == 0:
            yield str(statement.module).partition(".")[0]


def project() -> dict[str, Any]:
    return tomllib.loads(text_of(ROOT / "pyproject.toml"))


def package_name(requirement: str) -> str:
    """The normalised name that a requirement such as `PyYAML>=6.0` begins with."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0]).lower()


def test_the_repository_is_listed() -> None:
    assert {ROOT / "pyproject.toml", Path(__file__)} <= set(FILES)


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert lines_matching(MACHINE_PATH, FILES) == []


@pytest.mark.parametrize("host", PACKAGE_REGISTRIES)
def test_no_file_names_the_host_of_a_package_registry(host: str) -> None:
    assert lines_matching(re.compile(re.escape(host)), FILES) == []


def test_every_file_is_text_that_somebody_wrote_or_renders() -> None:
    binary = [path.relative_to(ROOT) for path in tracked() if b"\0" in path.read_bytes()]
    assert binary == []


def test_nothing_is_marked_as_unfinished() -> None:
    assert lines_matching(UNFINISHED, FILES) == []


def test_every_ignore_says_what_it_ignores() -> None:
    assert lines_matching(BLANKET_IGNORE, python_files()) == []


def test_every_name_says_what_is_inside() -> None:
    vague = [
        path.relative_to(ROOT)
        for path in FILES
        if SAYS_NOTHING & {part.partition(".")[0] for part in path.relative_to(ROOT).parts}
    ]
    assert vague == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        module.relative_to(PACKAGE)
        for module in MODULES
        if not ast.get_docstring(ast.parse(text_of(module)))
    ]
    assert silent == []


def used_above(text: str) -> set[str]:
    """Constants of a module that a function above them uses, though they need nothing below it."""
    body = ast.parse(text).body
    constants = {
        name.id: statement
        for statement in body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for name in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(name, ast.Name)
    }
    owners = [each for each in body if isinstance(each, ast.FunctionDef | ast.ClassDef)]
    defined = {each.name for each in owners}
    return {
        name
        for owner in owners
        for name in names_in(owner) & set(constants)
        if constants[name].lineno > owner.lineno and not names_in(constants[name]) & defined
    }


def names_in(tree: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}


def test_constants_stand_above_what_uses_them() -> None:
    assert used_above("def f(): return A\nA = 1\n") == {"A"}
    assert used_above("def f(): return A\nA = {f: 1}\n") == set()
    assert used_above("A = 1\ndef f(): return A\n") == set()
    modules = sorted((ROOT / "compiler").rglob("*.py"))
    found = {path.name: used_above(path.read_text(encoding="utf-8")) for path in modules}
    assert {name: below for name, below in found.items() if below} == {}


def test_yaml_is_read_in_one_room_only() -> None:
    readers = {
        module.relative_to(PACKAGE).parts[0]
        for module in MODULES
        if "yaml" in imported_roots(module)
    }
    assert readers <= {"syntax"}


def test_git_has_one_door() -> None:
    """Whoever runs `git` begins a list of words with it; reading `.git` is no running."""
    doors = {
        module.relative_to(PACKAGE).as_posix()
        for module in MODULES
        for node in ast.walk(ast.parse(text_of(module)))
        if isinstance(node, ast.List) and node.elts and ast.unparse(node.elts[0]) == "'git'"
    }
    assert doors == {"source/git.py"}


def test_every_requirement_is_pinned() -> None:
    table = project()
    required = {
        package_name(requirement)
        for requirement in (
            *table["build-system"]["requires"],
            *table["project"]["dependencies"],
            *(
                line
                for extra in table["project"]["optional-dependencies"].values()
                for line in extra
            ),
            *table["dependency-groups"]["dev"],
        )
    }
    lines = text_of(ROOT / "constraints.txt").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
    assert required - {package_name(pin) for pin in pins} == set()


@pytest.mark.parametrize(
    "workflow",
    sorted((ROOT / ".github" / "workflows").glob("*.yml")),
    ids=lambda path: path.name,
)
def test_workflows_pin_actions_by_commit_and_grant_nothing_by_default(workflow: Path) -> None:
    text = text_of(workflow)
    pinned = re.compile(r"(\./\S*|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)")
    used = re.findall(r"^\s*(?:- )?uses: (.*)$", text, re.MULTILINE)
    assert used
    assert [action for action in used if not pinned.fullmatch(action)] == []
    assert re.search(r"^permissions: \{\}$", text, re.MULTILINE)
