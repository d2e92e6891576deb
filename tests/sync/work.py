"""A desk of the tests: the real one, with its engine turned by hand."""

import random
from pathlib import Path
from typing import cast

import msgspec

from sync.client.api import CentralApi
from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order
from sync.events import Event
from sync.service import Desk, Wish
from sync.wire.messages import ResultStatus
from sync.workstation import Workstation
from tests.fakes import Clock, FakeCentral
from tests.sync.samples import LI
from tests.sync.site import QUICK


class Work:
    """A desk whose engine is turned by hand, with the events and reports it gave."""

    def __init__(self, folder: Path, central: FakeCentral, clock: Clock) -> None:
        self.folder, self.central, self.clock = folder, central, clock
        self.events: list[Event] = []
        self.reports: list[BaseException] = []
        self.open()

    def open(self) -> None:
        self.workstation = Workstation(self.folder, self.clock, use_keyring=False)
        self.desk = Desk(
            self.workstation,
            cast(CentralApi, self.central),
            now=self.clock,
            chance=random.Random(7),
            report=self.reports.append,
        )
        self.desk._login._hasher = QUICK
        self.desk.subscribe(self.events.append)

    def close(self) -> None:
        self.desk.stop()
        self.workstation.close()

    def turn(self) -> None:
        """Turn the engine until it has nothing more to do."""
        for _ in range(50):
            wait = self.desk.engine.step()
            if wait is None or wait > 1:
                return
        raise AssertionError("the engine was still busy")

    def sign_in(self, badge: str = LI.id) -> None:
        self.desk.sign_in(badge, "4712", "zh")
        self.turn()

    def wish(self, of: Order, op: Op = Op.INTERCEPT, **changes: object) -> Wish:
        """What a person would ask for who sees the order as this desk shows it."""
        seen = self.desk.order(of.id)
        base, after = (of.version, None) if seen is None else (seen.base, seen.after)
        reason = Reason.DAMAGED if op in {Op.INTERCEPT, Op.CARRIER_INTERCEPT} else None
        made = Wish(order_id=of.id, op=op, base=base, after=after, reason=reason)
        return msgspec.structs.replace(made, **changes)

    def submit(self, of: Order, op: Op = Op.INTERCEPT, **changes: object) -> CommandKey:
        return self.desk.submit(self.wish(of, op, **changes))

    def status(self, key: CommandKey) -> ResultStatus | None:
        result = self.desk.result(key)
        return None if result is None else result.status
