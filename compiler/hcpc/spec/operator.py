"""The HyperShift operator of a management cluster: where it runs, and its installation's flags."""

from typing import Annotated

from pydantic import Field

from hcpc.spec.install_flags import InstallFlags
from hcpc.spec.types import EACH_ONCE, DnsLabel, Form, NonEmpty

OPERATOR_NAMESPACE = "hypershift"


class FlagChanges(Form):
    """How the flags differ from those that the add-on of the multicluster engine sets itself."""

    add: InstallFlags | None = Field(None, description="Flags to set, without their dashes.")
    remove: Annotated[list[NonEmpty], EACH_ONCE] | None = Field(
        None, description="Flags to leave out, without their dashes."
    )


class Operator(Form):
    """The HyperShift operator."""

    namespace: DnsLabel | None = Field(
        None, description="Namespace it runs in; `hypershift` when absent."
    )
    install_flags: FlagChanges | None = Field(
        None, description="Flags of its installation, for the add-on that installs it."
    )
