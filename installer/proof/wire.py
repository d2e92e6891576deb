"""How are two machines connected that are folders of one builder? By a cable of their own that can be pulled."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from installer.steps import do, tool


@dataclass(frozen=True, slots=True)
class End:
    """One end: the network namespace that a machine's processes run in, and its address there."""

    namespace: str
    address: str

    def within(self) -> list[str]:
        """What stands before a command that runs at this end."""
        return ["nsenter", f"--net={Path('/run/netns') / self.namespace}"]


CENTRAL_ADDRESS, DESK_ADDRESS = "10.83.7.1", "10.83.7.2"


@dataclass(frozen=True, slots=True)
class Wire:
    """Both ends; a workstation whose cable is pulled sees no network at all."""

    central: End
    desk: End

    def pull(self) -> None:
        do([tool("ip", "iproute2"), "-n", self.desk.namespace, "link", "set", "cable", "down"])

    def plug(self) -> None:
        do([tool("ip", "iproute2"), "-n", self.desk.namespace, "link", "set", "cable", "up"])


@contextmanager
def connected() -> Iterator[Wire]:
    """A cable between two new namespaces; gone afterwards, and with it whatever still ran on it. Root is needed."""
    ip, of_ours = tool("ip", "iproute2"), f"desk-proof-{os.getpid()}"
    ends = Wire(End(f"{of_ours}-a", CENTRAL_ADDRESS), End(f"{of_ours}-b", DESK_ADDRESS))
    for end in (ends.central, ends.desk):
        do([ip, "netns", "add", end.namespace])
    try:
        peer = ["peer", "name", "cable", "netns", ends.desk.namespace]
        do([ip, "-n", ends.central.namespace, "link", "add", "cable", "type", "veth", *peer])
        for end in (ends.central, ends.desk):
            do([ip, "-n", end.namespace, "address", "add", f"{end.address}/30", "dev", "cable"])
            for device in ("lo", "cable"):
                do([ip, "-n", end.namespace, "link", "set", device, "up"])
        yield ends
    finally:
        for end in (ends.central, ends.desk):
            do([ip, "netns", "delete", end.namespace])
