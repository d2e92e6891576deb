"""What can be done with the central from the command line? Serve it, and register people, places and services."""

import argparse
import contextlib
import logging
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from litestar import Litestar

from sync.domain.order import UserId, WarehouseId
from sync.domain.permissions import Role, User
from sync.server import demo
from sync.server.app import create, document, wall_clock
from sync.server.demo.simulator import Simulator, orders_of
from sync.server.errors import ServerError
from sync.server.identity import Identity
from sync.server.running import CentralServer, bind
from sync.server.storage.base import Place, Storage
from sync.server.storage.sqlite import SqliteStorage
from sync.wire.messages import PlaceName

_FAILED = 1


def parser() -> argparse.ArgumentParser:
    """All commands and options."""
    root = argparse.ArgumentParser(prog="python3 -m sync.server", description="The central order API.")
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands.add_parser("serve", help="answer requests until SIGTERM or Ctrl+C"))
    _add_user(commands.add_parser("user", help="people who may sign in"))
    _add_place(commands.add_parser("place", help="warehouses and carriers"))
    _add_token(commands.add_parser("token", help="tokens of services that ingest orders"))
    shown = commands.add_parser("openapi", help="print the OpenAPI document")
    shown.set_defaults(run=_openapi)
    return root


def _database(of: argparse.ArgumentParser) -> None:
    of.add_argument("--database", type=Path, required=True, metavar="PATH", help="the central's SQLite file")


def _add_serve(serve: argparse.ArgumentParser) -> None:
    _database(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8642, help="port; 0 lets the system choose (default: %(default)s)")
    serve.add_argument("--certfile", type=Path, help="TLS certificate chain, PEM")
    serve.add_argument("--keyfile", type=Path, help="its private key, PEM")
    serve.add_argument("--demo", type=int, metavar="SEED", help="fill an empty database with made-up orders")
    serve.add_argument("--orders", type=int, default=400, help="how many made-up orders (default: %(default)s)")
    serve.add_argument("--pace", type=float, metavar="SECONDS", help="with --demo: something happens every SECONDS")
    serve.set_defaults(run=_serve)


def _add_user(user: argparse.ArgumentParser) -> None:
    add = user.add_subparsers(required=True, metavar="ACTION").add_parser("add", help="create or change a person")
    _database(add)
    add.add_argument("--id", required=True, help="user id, e.g. u-chen")
    add.add_argument("--name", required=True)
    add.add_argument("--badge", required=True)
    add.add_argument("--role", choices=[role.value for role in Role], required=True)
    add.add_argument("--warehouses", required=True, help="comma-separated ids")
    add.add_argument("--language", choices=["en", "zh"], default="zh")
    add.set_defaults(run=_user_add)


def _add_place(place: argparse.ArgumentParser) -> None:
    add = place.add_subparsers(required=True, metavar="ACTION").add_parser("add", help="create or change a place")
    _database(add)
    add.add_argument("--kind", choices=["warehouse", "carrier"], required=True)
    add.add_argument("--id", required=True)
    for language in ("en", "zh"):
        add.add_argument(f"--name-{language}", required=True)
        add.add_argument(f"--spoken-{language}", required=True, help="what people say, comma-separated")
    add.add_argument("--provinces", default="", help="provinces that a carrier serves, comma-separated; none: all")
    add.set_defaults(run=_place_add)


def _add_token(token: argparse.ArgumentParser) -> None:
    add = token.add_subparsers(required=True, metavar="ACTION").add_parser("add", help="print a new token of a source")
    _database(add)
    add.add_argument("--source", required=True, help="the source it speaks for, e.g. erp")
    add.set_defaults(run=_token_add)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Storage]:
    storage = SqliteStorage(path)
    try:
        yield storage
    finally:
        storage.close()


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _openapi(_: argparse.Namespace) -> int:
    sys.stdout.buffer.write(document() + b"\n")
    return 0


def _user_add(asked: argparse.Namespace) -> int:
    """The PIN comes from standard input, so that it stands in no list of processes."""
    pin = sys.stdin.readline().rstrip("\n")
    warehouses = tuple(WarehouseId(part) for part in _parts(asked.warehouses))
    user = User(
        id=UserId(asked.id), name=asked.name, role=Role(asked.role), warehouses=warehouses, language=asked.language
    )
    with _opened(asked.database) as storage:
        Identity(storage, wall_clock).add_account(user, asked.badge, pin)
    return 0


def _place_add(asked: argparse.Namespace) -> int:
    name = PlaceName(
        id=asked.id,
        names={"en": asked.name_en, "zh": asked.name_zh},
        spoken={"en": _parts(asked.spoken_en), "zh": _parts(asked.spoken_zh)},
    )
    place = Place(kind=asked.kind, name=name, provinces=_parts(asked.provinces))
    with _opened(asked.database) as storage, storage.write() as writing:
        writing.keep_place(place)
    return 0


def _token_add(asked: argparse.Namespace) -> int:
    with _opened(asked.database) as storage:
        sys.stdout.write(Identity(storage, wall_clock).add_service_token(asked.source) + "\n")
    return 0


def _serve(asked: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, _leave)
    with _opened(asked.database) as storage:
        identity = Identity(storage, wall_clock)
        if asked.demo is not None and not demo.is_filled(storage):
            demo.fill(storage, identity, seed=asked.demo, now=wall_clock(), count=asked.orders)
        _listen(asked, create(storage, identity=identity), storage, identity)
    return 0


def _leave(_: int, __: FrameType | None) -> None:
    """A stop that was asked for is no failure: uvicorn raises the signal again once all streams are closed."""
    raise SystemExit(0)


def _listen(asked: argparse.Namespace, app: Litestar, storage: Storage, identity: Identity) -> None:
    with bind(asked.host, asked.port) as bound:
        scheme = "http" if asked.certfile is None else "https"
        host = f"[{asked.host}]" if ":" in asked.host else asked.host
        url = f"{scheme}://{host}:{bound.getsockname()[1]}"
        simulator = _simulator(asked, url, storage, identity)

        def listening() -> None:
            sys.stdout.write(f"listening on {url}\n")
            sys.stdout.flush()
            if simulator is not None:
                simulator.start()

        server = CentralServer(app, listening=listening, certfile=asked.certfile, keyfile=asked.keyfile)
        try:
            server.run(sockets=[bound])
        except KeyboardInterrupt:
            return
        finally:
            if simulator is not None:
                simulator.stop()


def _simulator(asked: argparse.Namespace, url: str, storage: Storage, identity: Identity) -> Simulator | None:
    if asked.demo is None or asked.pace is None:
        return None
    token = identity.add_service_token(demo.SOURCE)
    known = orders_of(storage, demo.SOURCE)
    return Simulator(url, token, demo.SOURCE, known, seed=asked.demo, clock=wall_clock, pace=asked.pace)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code: 0 done, 1 failed with a message, 2 wrong usage."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    asked = parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except ServerError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return _FAILED
