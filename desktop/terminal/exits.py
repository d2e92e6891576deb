"""What does an exit code mean to a script? One number for each thing it could do something about."""

from enum import IntEnum


class Exit(IntEnum):
    """``QUEUED``: durable here, not yet answered by the central. ``NOT_DONE``: not understood, cancelled or refused."""

    DONE = 0
    NOT_DONE = 1
    USAGE = 2
    QUEUED = 3
    SIGN_IN = 4
    UNREACHABLE = 5
    STORE = 6
    SOUND = 7
    MODEL = 8
    PHRASES = 9
