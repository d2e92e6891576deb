"""How are people, places, services and workstations registered? One command each; what is secret comes from stdin."""

import argparse
import contextlib
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from sync.domain.order import UserId, WarehouseId
from sync.domain.permissions import Role, User
from sync.server.clock import wall_clock
from sync.server.identity import Identity
from sync.server.storage.base import AccessEntry, Place, Storage
from sync.server.storage.opening import opened
from sync.wire.messages import PlaceName

_WHO = "command line"


@contextlib.contextmanager
def opened_for(database: str) -> Iterator[Storage]:
    storage = opened(database)
    try:
        yield storage
    finally:
        storage.close()


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def add_user(asked: argparse.Namespace) -> int:
    """The PIN comes from standard input, so that it stands in no list of processes."""
    pin = sys.stdin.readline().rstrip("\n")
    warehouses = tuple(WarehouseId(part) for part in _parts(asked.warehouses))
    user = User(
        id=UserId(asked.id), name=asked.name, role=Role(asked.role), warehouses=warehouses, language=asked.language
    )
    with opened_for(asked.database) as storage:
        Identity(storage, wall_clock).add_account(user, asked.badge, pin)
    return 0


def add_place(asked: argparse.Namespace) -> int:
    name = PlaceName(
        id=asked.id,
        names={"en": asked.name_en, "zh": asked.name_zh},
        spoken={"en": _parts(asked.spoken_en), "zh": _parts(asked.spoken_zh)},
    )
    place = Place(kind=asked.kind, name=name, provinces=_parts(asked.provinces))
    with opened_for(asked.database) as storage, storage.write() as writing:
        writing.keep_place(place)
    return 0


def add_token(asked: argparse.Namespace) -> int:
    with opened_for(asked.database) as storage:
        sys.stdout.write(Identity(storage, wall_clock).add_service_token(asked.source) + "\n")
    return 0


def _noted(storage: Storage, action: str, device: str = "", detail: str = "") -> None:
    with storage.write() as writing:
        writing.note_access(AccessEntry(wall_clock(), _WHO, device, action, detail))


def revoke_device(asked: argparse.Namespace) -> int:
    """Sign everybody out on a workstation, and let nobody in there."""
    with opened_for(asked.database) as storage:
        with storage.write() as writing:
            ended = writing.revoke_device(asked.device, wall_clock())
        _noted(storage, "device_revoked", asked.device)
    sys.stdout.write(f"{ended} sessions ended\n")
    return 0


def allow_device(asked: argparse.Namespace) -> int:
    """Let people sign in on a revoked workstation again."""
    with opened_for(asked.database) as storage:
        with storage.write() as writing:
            writing.allow_device(asked.device)
        _noted(storage, "device_allowed", asked.device)
    return 0


def list_devices(asked: argparse.Namespace) -> int:
    """Print the revoked workstations and since when."""
    with opened_for(asked.database) as storage, storage.read() as reading:
        for device, since in reading.revoked_devices():
            sys.stdout.write(f"{_readable(since)}\t{device}\n")
    return 0


def new_epoch(asked: argparse.Namespace) -> int:
    """Say that this database does not continue what workstations saw: they load anew and send again what is missing."""
    with opened_for(asked.database) as storage:
        with storage.write() as writing:
            epoch = secrets.token_hex(8)
            kept_until = writing.renew_epoch(epoch, wall_clock())
        _noted(storage, "new_epoch", detail=epoch)
    sys.stdout.write(f"epoch {epoch}, history kept until {_readable(kept_until)}\n")
    return 0


def show_trail(asked: argparse.Namespace) -> int:
    """Print the newest lines of the access trail, tab-separated."""
    with opened_for(asked.database) as storage, storage.read() as reading:
        for entry in reading.access_trail(asked.newest):
            parts = (_readable(entry.at), entry.action, entry.who, entry.device, entry.detail)
            sys.stdout.write("\t".join(_plain(part) for part in parts) + "\n")
    return 0


def _plain(text: str) -> str:
    """Without what could move a terminal's cursor or start another line."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _readable(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
