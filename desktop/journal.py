"""Where does the program write what happened? A log file of its own, turned over by size; no customer data in it."""

import logging
import logging.handlers
from pathlib import Path

import platformdirs

_BYTES = 2_000_000


def folder() -> Path:
    """Where the log files of this user are."""
    return platformdirs.user_log_path("exception-desk", appauthor=False)


def write_journal() -> Path:
    """Begin to log to the file; returns it. Raises OSError when the folder cannot be written."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / "exception-desk.log"
    writer = logging.handlers.RotatingFileHandler(path, maxBytes=_BYTES, backupCount=3, encoding="utf-8")
    writer.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(threadName)s %(message)s"))
    logging.getLogger().addHandler(writer)
    logging.getLogger().setLevel(logging.INFO)
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return path
