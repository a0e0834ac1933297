"""`hcpc explain`: what a code means, or where a cluster's value comes from."""

import re
import sys
from pathlib import Path

import click

from hcpc.cli.ending import FINDINGS, fail, say
from hcpc.cli.options import fleet_option, fleet_root
from hcpc.diagnostics.suggest import suggest

_CODE = re.compile(r"(?i)hcp[0-9]{4}")
_OWN_RULE = re.compile(r"ORG[-A-Z0-9]+")  # no name of a cluster: these are in lower case


@click.command(name="explain")
@click.argument("subject")
@click.argument("field", required=False, default="")
@fleet_option
def command(subject: str, field: str, fleet: Path | None) -> None:
    """Say what a code means, or where a cluster's value comes from.

    SUBJECT is a code such as HCP0202, a rule of your own such as ORG0001, or a cluster; FIELD a
    path in its spec (`etcd.size`, `nodePools.workers.replicas`), in its HostedCluster
    (`spec.etcd.managementType`) or in its NodePools (`NodePool:spec.replicas`,
    `NodePool/demo-workers:spec.replicas`). Without FIELD the whole resolved spec is shown.
    """
    if _CODE.fullmatch(subject) and not field:
        _explain_code(subject.upper())
    elif _OWN_RULE.fullmatch(subject) and not field:
        _explain_rule(fleet_root(fleet), subject)
    else:
        _explain_cluster(fleet_root(fleet), subject, field)


def _explain_code(code: str) -> None:
    from hcpc.diagnostics.codes import CODES  # noqa: PLC0415  # one of two very different jobs
    from hcpc.diagnostics.pages import page  # noqa: PLC0415  # as above

    if code not in CODES:
        near = suggest(code, CODES)
        fail(f"there is no code {code}" + (f"; did you mean {near}?" if near else ""))
    click.echo(page(code), nl=False)


def _explain_rule(root: Path, name: str) -> None:
    from hcpc.resolve.lookup import UnknownNameError, open_fleet, unknown  # noqa: PLC0415  # as above
    from hcpc.verify.policies.page import pages  # noqa: PLC0415  # as above

    try:
        known = pages(open_fleet(root).environment)
        if name not in known:
            raise unknown("rule", name, known)  # told as any other name
    except UnknownNameError as error:
        fail(str(error))
    click.echo(known[name], nl=False)


def _explain_cluster(root: Path, name: str, field: str) -> None:
    from hcpc.explain import UnknownFieldError, explain  # noqa: PLC0415  # as above
    from hcpc.resolve.lookup import UnknownNameError  # noqa: PLC0415  # as above

    try:
        explanation = explain(root, name, field)
    except (UnknownNameError, UnknownFieldError) as unknown:
        fail(str(unknown))
    click.echo(explanation.text, nl=False)
    if not explanation.is_complete:
        say(
            f"cluster {name} has faults, so this is what its layers say before checks; "
            "run 'hcpc lint'"
        )
        sys.exit(FINDINGS)
