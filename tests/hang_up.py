"""Do programs that a test starts heed a terminal that is closed? Also where the tests themselves do not (``nohup``)."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heeded() -> Iterator[None]:
    """What is started inside heeds SIGHUP, for a child ignores what its parent ignores."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
