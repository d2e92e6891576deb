"""What starts the program on Windows when its Python is the embeddable package? A launcher that knows its place.

The launcher is distlib's (the one that pip makes its commands with): an exe, a line naming the interpreter relative to
the exe, and a zip with the start program. https://distlib.readthedocs.io/en/stable/reference.html#the-distlib-scripts-package
"""

import io
import re
import zipfile
from pathlib import Path

from installer.errors import PayloadRefused
from installer.release import Release
from installer.steps import do

BESIDE = "<launcher_dir>"
"""What the launcher replaces by its own folder."""
WINDOWED, CONSOLE = "exception-desk.exe", "exception-desk-console.exe"
"""Without a console for people, and with one for IT: ``doctor``, ``--selftest`` and what else answers in text."""
_INTERPRETERS = {WINDOWED: ("w64.exe", "pythonw.exe"), CONSOLE: ("t64.exe", "python.exe")}


def write(folder: Path, release: Release, python: Path) -> None:
    """Put both launchers beside the folder ``python``, and tell that Python where the packages and the program are.

    ``python``: the builder's interpreter, whose distlib carries the launchers. Raises PayloadRefused when the folder
    holds no embeddable package.
    """
    _say_where(folder / "python")
    found = do([python, "-c", "import distlib, pathlib; print(pathlib.Path(distlib.__file__).parent)"]).output.strip()
    start = _start(release)
    for name, (launcher, interpreter) in _INTERPRETERS.items():
        line = f'#!"{BESIDE}\\python\\{interpreter}"\r\n'.encode("ascii")
        (folder / name).write_bytes((Path(found) / launcher).read_bytes() + line + start)


def _say_where(python: Path) -> None:
    for needed in ("python.exe", "pythonw.exe"):
        if not (python / needed).is_file():
            raise PayloadRefused(f"--python-embed holds no {needed}: it must be python.org's embeddable package")
    paths = list(python.glob("python3*._pth"))
    if len(paths) != 1 or not re.fullmatch(r"python3\d+\._pth", paths[0].name):
        raise PayloadRefused("--python-embed holds no python3xx._pth: it must be python.org's embeddable package")
    standard = f"{paths[0].stem}.zip"
    paths[0].write_text(f"{standard}\n.\n..\\program\n..\\packages\n", encoding="ascii")


def _start(release: Release) -> bytes:
    """The zip behind the launcher, of one moment."""
    text = (release.stage / "start-exception-desk.py").read_text(encoding="utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("__main__.py", (1980, 1, 1, 0, 0, 0)), text)
    return packed.getvalue()
