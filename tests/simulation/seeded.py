"""What is a seeded bug? A switch of the harness, never of the product, that makes one mistake at one end."""

import functools
import random
from collections.abc import Callable
from typing import Any

from tests.simulation.central import Central

Reach = Callable[[str], None]


class Seeded:
    """A mistake. The plain one is none."""

    answer = "nothing is wrong"
    may_restore = True

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        """Make the mistake at the central."""

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        """Make it in a workstation's ``outbox``, ``cache``, ``workstation``, ``api``, ``login`` or ``engine``."""

    def put(self, where: Any, name: str, what: Any) -> Any:
        """Put something in the place of a name of a module or class, until ``mend``; answers what was there."""
        was = vars(where)[name]
        self._before.append((where, name, was))
        setattr(where, name, what)
        return was

    def mend(self) -> None:
        """Take back what reaches beyond this run."""
        for where, name, was in reversed(self._before):
            setattr(where, name, was)
        self._before.clear()


HONEST = Seeded()


class InStore(Seeded):
    """A step of the workstation's store is wrong: ``wrong`` stands in for ``name`` of the store of this ``kind``."""

    kind = "outbox"
    name = ""

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        if kind == self.kind:
            honest = getattr(store, self.name)
            store.__dict__[self.name] = lambda *arguments, **named: self.wrong(
                store, functools.partial(honest, **named), reach, *arguments
            )

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        raise NotImplementedError
