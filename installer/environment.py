"""With which Python is the program frozen? One of its own, holding exactly the locked packages and PyInstaller."""

import hashlib
import sys
from pathlib import Path

from installer.release import ROOT
from installer.steps import do, say

LOCKS = (ROOT / "requirements" / "runtime.txt", ROOT / "requirements" / "installer.txt")


def builder_python(folder: Path) -> Path:
    """The interpreter of the builder's environment in ``folder``; made anew for other locks. Raises StepFailed."""
    python = folder / "bin" / "python" if sys.platform != "win32" else folder / "Scripts" / "python.exe"
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS) + sys.version.encode()).hexdigest()
    stamp = folder / "exception-desk-locks"
    if python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return python
    say(f"  builder's environment in {folder} ...")
    do([sys.executable, "-m", "venv", "--clear", folder])
    hashed = [word for lock in LOCKS for word in ("-r", str(lock))]
    do([python, "-m", "pip", "install", "--quiet", "--require-hashes", *hashed], cwd=ROOT)
    stamp.write_text(wanted, encoding="ascii")
    return python
