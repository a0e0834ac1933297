"""Low latency: what a PerformanceProfile says."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.kubelet import CpuSet
from hcpc.spec.types import Annotations, Count, Form, Labels, NonEmpty, matching

PageSize = Literal["64k", "2M", "32M", "512M", "1G", "16G"]
HexId = Annotated[str, matching("0x[0-9a-fA-F]{4}", "four hex digits such as `0x8086`")]


class Cpu(Form):
    """Which CPUs are for what."""

    isolated: CpuSet = Field(description="CPUs for workloads, such as `4-31`.")
    reserved: CpuSet = Field(description="CPUs for the system, such as `0-3`.")
    offlined: CpuSet | None = Field(None, description="CPUs that are switched off.")
    shared: CpuSet | None = Field(None, description="CPUs that pinned containers share.")
    ovs_dpdk: CpuSet | None = Field(None, description="CPUs for OVS-DPDK.")
    balance_isolated: bool | None = Field(
        None, description="Whether load is balanced over the isolated CPUs; `true` when absent."
    )

    @model_validator(mode="after")
    def _disjoint(self) -> Self:
        taken: list[tuple[int, int, str]] = []
        for name in ("reserved", "isolated", "offlined", "shared"):
            for first, last in _ranges(getattr(self, name) or ""):
                if last < first:
                    message = "`{name}` has the range `{first}-{last}`, which ends before it begins"
                    context = {"name": name, "first": first, "last": last, "fields": [name]}
                    raise PydanticCustomError("range", message, context)
                taken.append((first, last, name))
        taken.sort()
        for (_, end, one), (start, _, other) in pairwise(taken):
            if start <= end:
                message = "`{one}` and `{other}` share CPU {cpu}"
                context = {"one": one, "other": other, "cpu": start, "fields": [one, other]}
                raise PydanticCustomError("range", message, context)
        return self


def _ranges(cpus: str) -> list[tuple[int, int]]:
    parts = [part.partition("-") for part in cpus.split(",") if part]
    return [(int(first[:9]), int((last or first)[:9])) for first, _, last in parts]


class HugePage(Form):
    """Huge pages of one size."""

    size: PageSize = Field(description="Size of a page.")
    count: Count = Field(description="Number of pages.")
    node: Count | None = Field(None, description="NUMA node; spread over all when absent.")


class HugePages(Form):
    """Huge pages that are set aside when a node boots."""

    default_hugepages_size: PageSize | None = Field(
        None, description="Size of a page that does not ask for one."
    )
    pages: list[HugePage] | None = Field(None, description="What is set aside.")


class Numa(Form):
    """How NUMA nodes are used."""

    topology_policy: Literal["none", "best-effort", "restricted", "single-numa-node"] | None = (
        Field(None, description="How close CPUs, memory and devices of a container have to be.")
    )


class RealTimeKernel(Form):
    """Whether nodes run the real-time kernel."""

    enabled: bool | None = Field(None, description="Whether nodes run the real-time kernel.")


class WorkloadHints(Form):
    """What the workloads are like."""

    real_time: bool | None = Field(None, description="They need low latency.")
    high_power_consumption: bool | None = Field(None, description="They may cost more power.")
    per_pod_power_management: bool | None = Field(None, description="Pods choose their power.")
    mixed_cpus: bool | None = Field(None, description="Containers mix pinned and shared CPUs.")

    @model_validator(mode="after")
    def _one_power(self) -> Self:
        if self.high_power_consumption and self.per_pod_power_management:
            fields = ["highPowerConsumption", "perPodPowerManagement"]
            raise PydanticCustomError("exclusive", "fields exclude", {"fields": fields})
        return self


class HardwareTuning(Form):
    """Frequencies of CPUs."""

    isolated_cpu_freq: Count | None = Field(None, description="Of isolated CPUs, in kHz.")
    reserved_cpu_freq: Count | None = Field(None, description="Of reserved CPUs, in kHz.")


class Device(Form):
    """Network devices, told by what is set here."""

    interface_name: NonEmpty | None = Field(None, description="Name or pattern: `eth*`, `!eno1`.")
    vendor_id: HexId | None = Field(None, alias="vendorID", description="Such as `0x8086`.")
    device_id: HexId | None = Field(None, alias="deviceID", description="Such as `0x1572`.")


class Net(Form):
    """Queues of network devices."""

    user_level_networking: bool | None = Field(
        None, description="As many queues as there are reserved CPUs."
    )
    devices: list[Device] | None = Field(None, description="These devices; all when absent.")


class PerformanceFields(Form):
    """The spec of a PerformanceProfile, as its API knows it."""

    cpu: Cpu = Field(description="Which CPUs are for what.")
    hugepages: HugePages | None = Field(None, description="Huge pages.")
    numa: Numa | None = Field(None, description="How NUMA nodes are used.")
    real_time_kernel: RealTimeKernel | None = Field(None, description="The real-time kernel.")
    workload_hints: WorkloadHints | None = Field(None, description="What the workloads are like.")
    additional_kernel_args: list[NonEmpty] | None = Field(
        None, description="Added to the kernel's command line."
    )
    globally_disable_irq_load_balancing: bool | None = Field(
        None, description="Keep all interrupts away from isolated CPUs."
    )
    hardware_tuning: HardwareTuning | None = Field(None, description="Frequencies of CPUs.")
    kernel_page_size: Literal["4k", "64k"] | None = Field(
        None, description="Page size of the kernel; `64k` on arm64 only."
    )
    net: Net | None = Field(None, description="Queues of network devices.")
    node_selector: Labels | None = Field(
        None, description="Labels of the nodes; those of all workers when absent."
    )

    @model_validator(mode="after")
    def _hints_fit_kernel(self) -> Self:
        has_kernel = self.real_time_kernel and self.real_time_kernel.enabled
        if has_kernel and self.workload_hints and self.workload_hints.real_time is False:
            message = "the real-time kernel and the hint `realTime: false` contradict each other"
            fields = {"fields": ["realTimeKernel", "workloadHints"]}
            raise PydanticCustomError("range", message, fields)
        return self


class PerformanceProfileForm(PerformanceFields):
    """A PerformanceProfile."""

    annotations: Annotations | None = Field(
        None, description="Annotations of the object, such as `kubeletconfig.experimental`."
    )
