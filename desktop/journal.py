"""Where does the program write what happened? A log file of its own, turned over by size; no customer data in it."""

import logging
import logging.handlers
import re
from pathlib import Path

import platformdirs

_BYTES = 2_000_000
OURS = ("desktop", "sync", "voice")
BEGIN, END = "‹", "›"
"""What the program's own words did not say stands between these: diagnostics can leave it out without guessing."""
_PLACE = re.compile(r"%[#0\- +]*\d*(?:\.\d+)?([a-zA-Z%])")


class Marked(logging.Formatter):
    """Marks the values in a line. What other libraries say is marked whole: who knows what is in it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the base class calls it so
        record.message = marked(record)
        return super().formatMessage(record)


def marked(record: logging.LogRecord) -> str:
    """The message with its values between the marks."""
    message = record.getMessage()
    if record.name.partition(".")[0] not in OURS or not isinstance(record.msg, str):
        return _mark(message)
    if not record.args:
        return record.msg
    if not isinstance(record.args, tuple):
        return _mark(message)
    values = iter(record.args)
    return _PLACE.sub(lambda place: "%" if place[1] == "%" else _mark(place[0] % (next(values),)), record.msg)


def _mark(text: str) -> str:
    return f"{BEGIN}{text.replace(BEGIN, '<').replace(END, '>')}{END}"


def folder() -> Path:
    """Where the log files of this user are."""
    return platformdirs.user_log_path("exception-desk", appauthor=False)


def write_journal() -> Path:
    """Begin to log to the file; returns it. Raises OSError when the folder cannot be written."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / "exception-desk.log"
    writer = logging.handlers.RotatingFileHandler(path, maxBytes=_BYTES, backupCount=3, encoding="utf-8")
    writer.setFormatter(Marked("%(asctime)s %(levelname)s %(name)s %(threadName)s · %(message)s"))
    logging.getLogger().addHandler(writer)
    logging.getLogger().setLevel(logging.INFO)
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return path
