"""What can be done with the central from the command line? Serve it, and register people, places and services."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sync.domain.permissions import Role
from sync.server import administration
from sync.server.errors import ServerError
from sync.server.logs import log_to_stderr

_FAILED = 1


def parser() -> argparse.ArgumentParser:
    """All commands and options."""
    own = "exception-desk-central" if getattr(sys, "frozen", False) else "python3 -m sync.server"
    root = argparse.ArgumentParser(prog=own, description="The central order API.")
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands.add_parser("serve", help="answer requests until SIGTERM or Ctrl+C"))
    _add_user(commands.add_parser("user", help="people who may sign in"))
    _add_place(commands.add_parser("place", help="warehouses and carriers"))
    _add_token(commands.add_parser("token", help="tokens of services that ingest orders"))
    _add_device(commands.add_parser("device", help="workstations that may or may not be used"))
    _add_epoch(commands.add_parser("epoch", help="begin a new history after a backup was restored"))
    _add_trail(commands.add_parser("trail", help="print who signed in, was refused or changed who may"))
    shown = commands.add_parser("openapi", help="print the OpenAPI document")
    shown.set_defaults(run=_openapi)
    return root


DATABASE_VARIABLE = "EXCEPTION_DESK_DATABASE"
"""Where a service finds its database: an address may hold a password, and anybody can read command lines."""


def _database(of: argparse.ArgumentParser) -> None:
    known = os.environ.get(DATABASE_VARIABLE)
    text = f"SQLite file, or postgresql://… (default: the variable {DATABASE_VARIABLE})"
    of.add_argument("--database", default=known, required=not known, metavar="PATH|URL", help=text)


def _add_serve(serve: argparse.ArgumentParser) -> None:
    _database(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8642, help="port; 0 lets the system choose (default: %(default)s)")
    serve.add_argument("--certfile", type=Path, help="TLS certificate chain, PEM")
    serve.add_argument("--keyfile", type=Path, help="its private key, PEM")
    serve.add_argument(
        "--workers", type=int, default=1, help="worker processes; more than one needs PostgreSQL (default: %(default)s)"
    )
    serve.add_argument(
        "--log-level", choices=["debug", "info", "warning", "error"], default="warning", help="info: every request"
    )
    serve.add_argument("--demo", type=int, metavar="SEED", help="fill an empty database with made-up orders")
    serve.add_argument("--orders", type=int, default=400, help="how many made-up orders (default: %(default)s)")
    serve.add_argument("--pace", type=float, metavar="SECONDS", help="with --demo: something happens every SECONDS")
    serve.add_argument(
        "--end-with-stdin", action="store_true", help="end when the standard input ends: whoever started it is gone"
    )
    serve.add_argument("--oidc-issuer", metavar="URL", help="take ID tokens of this OpenID provider")
    serve.add_argument("--oidc-client-id", metavar="ID", help="the audience of those tokens")
    serve.add_argument("--oidc-claim", default="badge", help="which claim holds the badge (default: %(default)s)")
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
    add.set_defaults(run=administration.add_user)


def _add_place(place: argparse.ArgumentParser) -> None:
    add = place.add_subparsers(required=True, metavar="ACTION").add_parser("add", help="create or change a place")
    _database(add)
    add.add_argument("--kind", choices=["warehouse", "carrier"], required=True)
    add.add_argument("--id", required=True)
    for language in ("en", "zh"):
        add.add_argument(f"--name-{language}", required=True)
        add.add_argument(f"--spoken-{language}", required=True, help="what people say, comma-separated")
    add.add_argument("--provinces", default="", help="provinces that a carrier serves, comma-separated; none: all")
    add.set_defaults(run=administration.add_place)


def _add_token(token: argparse.ArgumentParser) -> None:
    add = token.add_subparsers(required=True, metavar="ACTION").add_parser("add", help="print a new token of a source")
    _database(add)
    add.add_argument("--source", required=True, help="the source it speaks for, e.g. erp")
    add.set_defaults(run=administration.add_token)


def _add_device(device: argparse.ArgumentParser) -> None:
    actions = device.add_subparsers(required=True, metavar="ACTION")
    for name, run, text in (
        ("revoke", administration.revoke_device, "sign everybody out there, and let nobody in"),
        ("allow", administration.allow_device, "let people sign in there again"),
    ):
        action = actions.add_parser(name, help=text)
        _database(action)
        action.add_argument("--device", required=True, help="the workstation's name, as `trail` shows it")
        action.set_defaults(run=run)
    listed = actions.add_parser("list", help="print the revoked workstations")
    _database(listed)
    listed.set_defaults(run=administration.list_devices)


def _add_epoch(epoch: argparse.ArgumentParser) -> None:
    new = epoch.add_subparsers(required=True, metavar="ACTION").add_parser("new", help="say that a backup was restored")
    _database(new)
    new.set_defaults(run=administration.new_epoch)


def _add_trail(trail: argparse.ArgumentParser) -> None:
    _database(trail)
    trail.add_argument("--newest", type=int, default=100, help="how many lines (default: %(default)s)")
    trail.set_defaults(run=administration.show_trail)


def _openapi(_: argparse.Namespace) -> int:
    # Imported here, as below: the web framework takes a second to load, which registering a person need not wait for.
    from sync.server.app import document  # noqa: PLC0415 - as said above

    sys.stdout.buffer.write(document() + b"\n")
    return 0


def _serve(asked: argparse.Namespace) -> int:
    from sync.server.listening import run  # noqa: PLC0415 - as said above

    return run(asked)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code: 0 done, 1 failed with a message, 2 wrong usage."""
    log_to_stderr("WARNING")
    asked = parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except ServerError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return _FAILED
