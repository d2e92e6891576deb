"""What is left of a command when nobody needs to know any more whose order it was? That it was given, and its fate."""

import msgspec

from sync.domain.commands import Command
from sync.wire.messages import Result


def without_person(command: Command) -> Command:
    """The command without words, typed or spoken: they may name a customer."""
    return msgspec.structs.replace(command, heard=None, args=msgspec.structs.replace(command.args, note=""))


def fate_alone(result: Result) -> Result:
    """The answer without the order that it came with, and without what others did to it."""
    return msgspec.structs.replace(result, order=None, actions=(), since=())


def blanked(earlier: str | None) -> str | None:
    """The answers of earlier histories, of which only the number still counts."""
    return None if earlier is None else "\n".join("{}" for _ in earlier.split("\n"))
