"""With which Python is something done that the product has no business with? An environment of its own, as locked."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from installer.release import ROOT
from installer.steps import do, say

_BUILDER = ("runtime.txt", "installer.txt")
_READER = ("bill.txt",)
_FETCHER = ("uv.txt",)


def builder_python(folder: Path) -> Path:
    """The interpreter that programs are frozen with: the product's packages and PyInstaller. Raises StepFailed."""
    return _python(folder, _BUILDER)


def reader_python(folder: Path) -> Path:
    """The interpreter that knows the schema of a bill of materials. Raises StepFailed."""
    return _python(folder, _READER)


def uv(folder: Path) -> Path:
    """The program that fetches wheels for another system than this one. Raises StepFailed."""
    python = _python(folder, _FETCHER)
    return python.with_name("uv.exe" if sys.platform == "win32" else "uv")


def _python(folder: Path, locks: Sequence[str]) -> Path:
    """The interpreter of the environment in ``folder``; made anew for other locks."""
    paths = [ROOT / "requirements" / lock for lock in locks]
    python = folder / "bin" / "python" if sys.platform != "win32" else folder / "Scripts" / "python.exe"
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in paths) + sys.version.encode()).hexdigest()
    stamp = folder / "exception-desk-locks"
    if python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return python
    say(f"  environment in {folder} ...")
    do([sys.executable, "-m", "venv", "--clear", folder])
    hashed = [word for lock in paths for word in ("-r", str(lock))]
    do([python, "-m", "pip", "install", "--quiet", "--require-hashes", *hashed], cwd=ROOT)
    stamp.write_text(wanted, encoding="ascii")
    return python
