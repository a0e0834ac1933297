"""The registry of formats holds what there is, and loads it late."""

import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

from hcpc.diagnostics import render
from hcpc.diagnostics.render.report import Report


def test_every_module_that_renders_has_a_line_in_the_registry_and_the_other_way_round() -> None:
    modules = [found.name for found in iter_modules(render.__path__)]
    renderers = [
        name for name in modules if hasattr(import_module(f"{render.__name__}.{name}"), "render")
    ]
    assert sorted(render.RENDERERS.values()) == sorted(renderers)


def test_every_format_ends_with_a_line_end() -> None:
    for format_ in render.RENDERERS:
        assert render.render(format_, Report([], 1), colour=False).endswith("\n")


def test_formats_are_imported_when_they_are_asked_for() -> None:
    program = (
        "import sys; import hcpc.diagnostics.render as r;"
        "print(*sorted(m for m in r.RENDERERS.values() if f'{r.__name__}.{m}' in sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert run.stdout == "\n"
