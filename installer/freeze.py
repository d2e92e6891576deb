"""How does the program become a folder that needs no Python? PyInstaller, slim, pruned, and tried at once."""

import json
import os
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from installer.errors import PayloadRefused, ProofFailed
from installer.icons import icon
from installer.release import TEMPLATES, Release
from installer.steps import ask, do, say, tool

# Of the host: a bundled libasound cannot load the host's pulse plugin, a bundled libportaudio not the host's libasound.
OF_THE_HOST = ("libasound.so*", "libjack*.so*", "libportaudio.so*", "libpulse*.so*", "libpipewire*.so*")
NOT_USED = (
    "*Qt6Qml*", "*Qt6Quick*", "*Qt6WebEngine*", "*Qt63D*", "*Qt6Pdf*", "*Qt6Designer*", "*Qt6VirtualKeyboard*",
    "*QtQml*", "*QtQuick*", "*/qml/*", "*/plugins/platforminputcontexts/*virtualkeyboard*",
    "*/plugins/qmltooling/*", "*/plugins/imageformats/*qpdf*", "PySide6/*translations/*",
    "*/plugins/platforms/libqeglfs*", "*/plugins/egldeviceintegrations/*", "*/plugins/platforms/libqlinuxfb*",
    "*/plugins/platforms/libqvkkhrdisplay*", "*/plugins/platforms/libqvnc*", "*libQt6EglFS*", "*libQt6EglFs*",
    "*/platformthemes/libqgtk3*", "*/platforms/libqminimalegl*", "*libQt6FFmpegStub*", "*libQt6Test.so*",
    "*/plugins/generic/*", "*/plugins/multimedia/libffmpegmediaplugin*", "*/libavcodec*", "*/libavformat*",
    "*/libavutil*", "*/libswresample*", "*/libswscale*",
)  # fmt: skip
OF_THE_BUILDER = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
"""Of a package's metadata: what pip noted where it installed it, down to a digest of its own folder's name."""
DEVELOPMENT = (
    "pytest",
    "_pytest",
    "hypothesis",
    "mypy",
    "ruff",
    "tkinter",
    "PyInstaller",
    "pip",
    "setuptools",
    "IPython",
)


@dataclass(frozen=True, slots=True)
class Program:
    """One frozen program: its entry, and what PyInstaller cannot see by itself."""

    name: str
    files: tuple[tuple[str, str], ...]
    libraries_of: tuple[str, ...] = ()
    contents_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    metadata_of: tuple[str, ...] = ()
    excludes: tuple[str, ...] = DEVELOPMENT
    leave_out: tuple[str, ...] = field(default=OF_THE_HOST + NOT_USED)


DESK = Program(
    name="exception-desk",
    files=(("resources", "resources"),),
    libraries_of=("vosk",),
    contents_of=("qtawesome",),
    all_of=("keyring.backends",),
    metadata_of=("keyring",),
    excludes=(*DEVELOPMENT, "litestar", "uvicorn", "sync.server", "desktop.demo"),
)
CENTRAL = Program(
    name="exception-desk-central",
    files=(("resources/problems", "resources/problems"),),
    all_of=("uvicorn", "psycopg", "psycopg_binary", "psycopg_pool"),
    excludes=(*DEVELOPMENT, "PySide6", "shiboken6", "vosk", "sounddevice", "soundfile", "numpy", "desktop", "voice"),
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen folder, its size in bytes, the seconds it took, and PyInstaller's ``table`` of the modules in it."""

    folder: Path
    size: int
    seconds: float
    table: Path

    @property
    def contents(self) -> Path:
        """What is beside the program."""
        return self.folder / "_internal"


def freeze(release: Release, program: Program, python: Path) -> Frozen:
    """Freeze with the packages of ``python``'s environment; raises StepFailed, PayloadRefused."""
    began = time.monotonic()
    out = release.fresh("frozen", program.name)
    plan = {
        "name": program.name,
        "programs": programs_of(program, sys.platform),
        "entry": str(release.stage / f"start-{program.name}.py"),
        "stage": str(release.stage),
        "files": program.files,
        "libraries_of": program.libraries_of,
        "contents_of": program.contents_of,
        "all_of": program.all_of,
        "modules": program.modules,
        "metadata_of": program.metadata_of,
        "excludes": program.excludes,
        "leave_out": program.leave_out,
        "hooks": [],
        "icon": str(icon(release, python)) if sys.platform == "win32" else "",
    }
    command: list[str | Path] = [python, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    aside = release.fresh("pyinstaller", program.name)
    command += ["--distpath", out, "--workpath", aside, TEMPLATES / "program.spec"]
    do(command, cwd=release.stage, environment={**release.reproducible, "EXCEPTION_DESK_FREEZE": json.dumps(plan)})
    folder = out / program.name
    strip_leftovers(folder)
    _strip_symbols(folder)
    return Frozen(folder, size_of(folder), time.monotonic() - began, aside / "program" / "PYZ-00.toc")


def programs_of(program: Program, platform: str) -> list[tuple[str, bool]]:
    """The programs' names, and whether each has a console. On Windows the desk has two: one opens no black window, the
    other answers IT in text. They are named as the launchers of ``installer.windows_launcher``.
    """
    if platform == "win32" and program is DESK:
        return [(program.name, False), (f"{program.name}-console", True)]
    return [(program.name, True)]


def strip_leftovers(folder: Path) -> None:
    """Links whose target was left out go as well; a dangling one that stays would be refused by lintian. So does what
    pip wrote about the builder's own folders: two builders' packages would differ by it.
    """
    for path in sorted(folder.rglob("*"), reverse=True):
        noted = path.name in OF_THE_BUILDER and path.parent.suffix == ".dist-info"
        if noted or (path.is_symlink() and not path.exists()):
            path.unlink()
        elif path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()
    for pattern in OF_THE_HOST:
        left = list(folder.rglob(pattern))
        if left:
            raise PayloadRefused(f"{left[0].relative_to(folder)} belongs to the host and was packed all the same")


def _strip_symbols(folder: Path) -> None:
    """Debug symbols are of no use to IT. Libraries that auditwheel rewrote (``*.libs``) must not be touched."""
    if sys.platform != "linux":
        return
    strip = tool("strip", "binutils")
    libraries = [path for path in folder.rglob("*.so*") if path.is_file() and not path.is_symlink()]
    for path in libraries:
        if not path.parent.name.endswith(".libs"):
            do([strip, "--strip-unneeded", "--preserve-dates", path])


def size_of(folder: Path) -> int:
    """Bytes of all files, links not followed."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def smoke_test(frozen: Frozen, version: str) -> float:
    """Run the frozen program's own self-test away from every Python; the seconds it took. Raises ProofFailed."""
    program = with_text(frozen.folder, sys.platform)
    nowhere = "/usr/bin:/bin" if sys.platform != "win32" else str(Path(os.environ["SYSTEMROOT"]) / "System32")
    clean = {"PATH": nowhere, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "", "VIRTUAL_ENV": ""}
    if frozen.folder.name == CENTRAL.name:
        answer = ask([program, "openapi"], environment=clean, seconds=120)
        if answer.code or '"openapi":"3.1' not in answer.output.replace(" ", ""):
            raise ProofFailed(f"the frozen central does not print its OpenAPI document:\n{answer.output[-2000:]}")
        return answer.seconds
    answer = ask([program, "--selftest"], environment=clean, seconds=180)
    begin = answer.output.find("{")
    report = json.loads(answer.output[begin:]) if answer.code in {0, 1} and begin >= 0 else {}
    if not report.get("ok") or report["version"] != version or not report["frozen"]:
        raise ProofFailed(f"the frozen program's self-test failed ({answer.code}):\n{answer.output[-4000:]}")
    for part in report["parts"]:
        say(f"    {part['part']:<12} {part['seconds']:>5} s  {' '.join(part['found'].values())[:90]}")
    return answer.seconds


def with_text(folder: Path, platform: str) -> Path:
    """The program of a frozen folder that answers in text."""
    program = next(each for each in (DESK, CENTRAL) if each.name == folder.name)
    name = programs_of(program, platform)[-1][0]
    return folder / (f"{name}.exe" if platform == "win32" else name)


def copy_of(folder: Path, to: Path) -> Path:
    """A copy with its links as they are."""
    return Path(shutil.copytree(folder, to, symlinks=True))
