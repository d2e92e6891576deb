"""Processes with sound devices that are not there, that go silent, die, hang, or come back. Started by the tests."""

import os
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from voice.hearing.sound_messages import Deaf, Frame, Listen, Opened, Play, Report, order_of, packed
from voice.hearing.source import FRAME_BYTES

ATTEMPTS = "EXCEPTION_DESK_TEST_ATTEMPTS"
"""Names a folder: each process that is asked to listen leaves a file there."""

SOUND = bytes([1, 0]) * (FRAME_BYTES // 2)
ZEROS = bytes(FRAME_BYTES)


def _attempt(pipe: Connection) -> int:
    """Wait for the order; which attempt this is, from 1."""
    order = order_of(pipe.recv_bytes())
    assert isinstance(order, Listen)
    folder = Path(os.environ[ATTEMPTS])
    (folder / str(os.getpid())).write_text(str(order.device), encoding="utf-8")
    return len(list(folder.iterdir()))


def _tell(pipe: Connection, *reports: Report) -> None:
    for report in reports:
        pipe.send_bytes(packed(report))


def _wait(pipe: Connection) -> None:
    """Until the owner goes: EOFError."""
    while True:
        pipe.recv_bytes()


def sound(pipe: Connection) -> None:
    """Well: frames, and an earcon is answered by a frame that overflowed."""
    number = _attempt(pipe)
    _tell(pipe, Opened(f"attempt {number}"), Frame(SOUND, at=5.0), Frame(SOUND, overflowed=True))
    while True:
        if isinstance(order_of(pipe.recv_bytes()), Play):
            _tell(pipe, Frame(SOUND))


def absent_at_first(pipe: Connection) -> None:
    """No device at the first two attempts."""
    number = _attempt(pipe)
    _tell(pipe, *([Deaf("nothing plugged in")] if number < 3 else [Opened("headset"), Frame(SOUND)]))
    _wait(pipe)


def never_answers(pipe: Connection) -> None:
    """Not even whether there is a device."""
    _attempt(pipe)
    _wait(pipe)


def dies(pipe: Connection) -> None:
    """At the first attempt: one frame, and gone."""
    number = _attempt(pipe)
    _tell(pipe, Opened("headset"), Frame(SOUND))
    if number > 1:
        _wait(pipe)


def hangs(pipe: Connection) -> None:
    """At the first attempt: one frame, then not a word more."""
    number = _attempt(pipe)
    _tell(pipe, Opened("headset"), Frame(SOUND), *([Frame(SOUND)] * (number > 1)))
    threading.Event().wait()


def zeros(pipe: Connection) -> None:
    """At the first attempt: zeros for more than a second."""
    number = _attempt(pipe)
    _tell(pipe, Opened("headset"), *[Frame(ZEROS)] * 55 if number == 1 else [Frame(SOUND)])
    _wait(pipe)
