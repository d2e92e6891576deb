"""Which request does a line in the log belong to? Every record carries the request's id."""

import contextvars
import logging
import sys

_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s [%(request_id)s] %(message)s"
_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request that this code works for; empty outside of one."""
    return _request_id.get()


def of_request(chosen: str) -> None:
    """From here on, in this context, work is done for that request."""
    _request_id.set(chosen)


class WithRequestId(logging.Filter):
    """Gives every log record a ``request_id``."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id() or "-"
        return True


def log_to_stderr(level: str) -> None:
    """One line per record, with the process and the request that it belongs to."""
    stream = logging.StreamHandler(sys.stderr)
    stream.addFilter(WithRequestId())
    stream.setFormatter(logging.Formatter(_FORMAT))
    logging.basicConfig(level=level, handlers=[stream], force=True)
