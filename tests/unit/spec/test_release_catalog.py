"""Release catalogs and the architectures of node pools speak of the same things."""

from typing import get_args

from hcpc.spec.node_pool import Arch
from hcpc.spec.release_catalog import Images


def test_every_architecture_of_a_node_pool_can_have_an_image() -> None:
    named = {info.alias or name for name, info in Images.model_fields.items()}
    assert named == {*get_args(Arch), "multi"}
