"""What a node pool may say of itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from hcpc.spec.node_pool import Upgrade, is_zero

NONE = (0, "0%", "00%", "000%")
SOME = (1, 10, "1%", "10%", "100%", "010%")


@pytest.mark.parametrize("share", NONE)
def test_no_node_is_no_node_as_a_number_and_as_a_percentage(share: Any) -> None:
    assert is_zero(share)


@pytest.mark.parametrize("share", [*SOME, None])
def test_any_other_share_is_some(share: Any) -> None:
    assert not is_zero(share)


@pytest.mark.parametrize("surge", NONE)
@pytest.mark.parametrize("unavailable", NONE)
def test_a_pool_that_could_never_replace_a_node_is_refused(surge: Any, unavailable: Any) -> None:
    with pytest.raises(ValidationError, match="no node could ever be replaced"):
        Upgrade.model_validate({"maxSurge": surge, "maxUnavailable": unavailable})


@pytest.mark.parametrize(
    ("surge", "unavailable"), [*((s, "0%") for s in SOME), *((0, s) for s in SOME)]
)
def test_one_of_the_two_lets_nodes_be_replaced(surge: Any, unavailable: Any) -> None:
    found = Upgrade.model_validate({"maxSurge": surge, "maxUnavailable": unavailable})
    assert (found.max_surge, found.max_unavailable) == (surge, unavailable)
