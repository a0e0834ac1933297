"""`hcpc explain ORG…`: the page of a rule."""

from pathlib import Path

from tests.unit.resolve.small_fleet import small_fleet
from tests.unit.verify.policies.deciding import POLICY, policy, waiver

from hcpc.resolve.lookup import open_fleet
from hcpc.verify.policies.page import pages

SAID = policy(
    f"""rules:
  ORG-TEAM:
    expression: |
      has(cluster.labels.team)
      && cluster.labels.team != ''
    message: every cluster belongs to a team
    severity: warning
    help: set the label
    scope: {{clusterLabels: {{tier: gold}}}}
  ORG1:
    for: pool
    expression: "true"
    message: never
    messageExpression: pool.name
waivers:
{waiver("ORG-TEAM", "ticket: OPS-7, scope: {cluster: demo}")}"""
)


def test_a_page_says_what_where_how_bad_and_who_is_let_off(tmp_path: Path) -> None:
    found = pages(open_fleet(small_fleet(tmp_path, {POLICY: SAID})).environment)
    assert sorted(found) == ["ORG-TEAM", "ORG1"]
    assert (
        found["ORG-TEAM"]
        == f"""# ORG-TEAM: every cluster belongs to a team

Asked of each cluster in `clusters`, label `tier: gold`; warning where it does not hold.
It is a rule of Policy `house`, at {POLICY}:7:5.

```cel
has(cluster.labels.team)
&& cluster.labels.team != ''
```

## What to do

set the label

## Waived

- in `clusters`, clusters `demo`, until 2027-01-31, by ops: racks are late (OPS-7); {POLICY}:21:12
"""
    )
    assert "node pool of each cluster" in found["ORG1"]
    assert found["ORG1"].startswith("# ORG1: never\n")
