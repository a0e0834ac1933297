"""What tests share that need a fleet on disk: the scaffold, changed file by file, and findings."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.render import render
from hcpc.diagnostics.render.report import Report
from hcpc.emit.plan import plan_write
from hcpc.emit.write import execute
from hcpc.pipeline import Compilation, Options, compile_fleet
from hcpc.run.cache import Cache
from hcpc.scaffold import scaffold

FLEET = "fleet.yaml"
RELEASES = "clusters/releases.yaml"
DEFAULTS = "clusters/defaults.yaml"
MANAGEMENT = "clusters/mgmt-1/management-cluster.yaml"
DEMO = "clusters/mgmt-1/demo.yaml"
SCAFFOLD = scaffold("shop")


def document(kind: str, name: str, spec: str = "") -> str:
    """The text of a document; `spec` are the lines below `spec:`, without their indentation."""
    head = f"apiVersion: hcpc.dev/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n"
    lines = "".join(f"  {line}\n" if line else "\n" for line in spec.splitlines())
    return head + (f"spec:\n{lines}" if lines else "")


def cluster(name: str, spec: str = "", *, pools: str = "{workers: {replicas: 2}}") -> str:
    """A Cluster document that compiles below the scaffold's layers; `spec` are more lines."""
    own = f"platform: {{agent: {{namespace: agents-{name[:9]}}}}}\nnodePools: {pools}\n"
    return document("Cluster", name, own + spec)


def write(root: Path, files: Mapping[str, str | bytes | None]) -> None:
    """Write files below a directory; None removes one."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            target.unlink(missing_ok=True)
        else:
            target.write_bytes(content.encode() if isinstance(content, str) else content)


def small_fleet(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """The scaffold in a directory, with some files replaced, added or (None) left out."""
    write(root, {**SCAFFOLD, **(changes or {})})
    return root


def compiled(root: Path, cache: Path | None = None, executor: str = "serial") -> Compilation:
    """What compiling the fleet gives; nothing is written."""
    return compile_fleet(root, Options(executor, 2, Cache(cache)))


def compile_and_write(root: Path, cache: Path | None = None) -> Compilation:
    """Compile and write as the command does, cache included."""
    options = Options("serial", 1, Cache(cache))
    result = compile_fleet(root, options)
    right: set[str] = set()
    if not result.has_errors:
        plan = plan_write(result.target, result.files, result.kept)
        execute(result.target, plan)
        right = {*plan.unchanged, *plan.write}
    options.cache.save(result.target, right)
    return result


def tree(directory: Path) -> dict[str, bytes]:
    """Every file below a directory with its bytes, by path."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def places(findings: Iterable[Diagnostic]) -> list[str]:
    """Findings as `CODE path:line:column`, in their order."""
    return [f"{found.code} {found.primary.span.location}" for found in findings]


def underlined(findings: Iterable[Diagnostic]) -> list[str]:
    """Findings as `CODE text`, the text being what their primary label underlines."""
    return [
        f"{found.code} {span.file.text[span.start : span.end]}"
        for found in findings
        for span in (found.primary.span,)
    ]


def rendered(result: Compilation) -> str:
    """All findings as the terminal shows them."""
    return render("text", Report(result.findings, len(result.clusters)), colour=False)
