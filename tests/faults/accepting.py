"""A workstation's process for the tests: accepts and settles for ever, and says each key, until it is killed."""

import functools
import random
import sys
from pathlib import Path

import msgspec

from sync.domain.commands import Command
from sync.keys import new_key
from sync.wire.messages import Result, ResultStatus
from sync.workstation import Workstation
from tests.sync.samples import NOW, command, order


def numbered(wish: Command, n: int) -> Command:
    return msgspec.structs.replace(wish, n=n)


def main(folder: Path) -> None:
    station = Workstation(folder, lambda: NOW, use_keyring=False)
    sys.stdout.write("open\n")
    sys.stdout.flush()
    chance = random.Random()
    while True:
        wish = msgspec.structs.replace(command(order()), key=new_key(NOW, chance=chance.getrandbits(60)))
        added = station.outbox.add(functools.partial(numbered, wish), order())
        sys.stdout.write(f"accepted {added.key}\n")
        sys.stdout.flush()
        if chance.random() < 0.3:
            station.outbox.settle([Result(key=added.key, status=ResultStatus.APPLIED, at=NOW, version=2)])
            sys.stdout.write(f"settled {added.key}\n")
            sys.stdout.flush()
        if chance.random() < 0.3:
            station.outbox.keep_second()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
