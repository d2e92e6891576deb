"""How do Setup.exe and the MSI come about on Linux? makensis and wixl over a payload that is checked to be whole."""

import argparse
import os
import re
import shlex
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from installer import policies, windows_launcher
from installer.asking import PROGRAM, check_payload
from installer.environment import builder_python
from installer.errors import PayloadRefused
from installer.freeze import size_of
from installer.icons import icon
from installer.models import payload as models_payload
from installer.release import TEMPLATES, Release
from installer.steps import do, tool
from installer.windows_payload import check_closure, collect

OURS = (PROGRAM, "exception-desk-console.exe")
"""The programs in a payload that are ours to sign; all others carry their own publishers' signatures, or none."""


@dataclass(frozen=True, slots=True)
class WindowsPayload:
    """A folder that becomes the installation; ``stub``: a stand-in, and everything made of it is named so."""

    folder: Path
    stub: bool


def payload_of(asked: argparse.Namespace, release: Release) -> WindowsPayload:
    """From a program frozen on Windows, or from Python's embeddable package and wheels, or a stand-in.

    Raises WrongRequest without any of them, and PayloadRefused for what is not whole.
    """
    check_payload(asked)
    if asked.stub_payload:
        return _stub(release)
    if asked.payload:
        check_closure(asked.payload)
        return WindowsPayload(asked.payload, stub=False)
    folder = release.fresh("windows", "payload")
    with zipfile.ZipFile(asked.python_embed) as packed:
        packed.extractall(folder / "python")
    collect(folder, release)
    windows_launcher.write(folder, release, builder_python(asked.work / "python"))
    check_closure(folder)
    return WindowsPayload(folder, stub=False)


def _stub(release: Release) -> WindowsPayload:
    folder = release.fresh("windows", "stub")
    shutil.copy(nsis_program(release, "stub"), folder / PROGRAM)
    inside = folder / "_internal" / "resources"
    inside.mkdir(parents=True)
    (inside / "STUB.txt").write_text(f"This is a stand-in for Exception Desk {release.version}.\n", encoding="utf-8")
    (folder / "packages").mkdir()
    for place in ("_internal", "packages"):
        (folder / place / f"only-in-{release.version}.txt").write_text(release.version, encoding="ascii")
    return WindowsPayload(folder, stub=True)


def nsis_program(release: Release, name: str) -> Path:
    """A small Windows program, made of the template of that name."""
    made = release.fresh("windows", f"{name}-program") / f"{name}.exe"
    script = made.with_suffix(".nsi")
    text = (TEMPLATES / "windows" / f"{name}.nsi").read_text(encoding="utf-8").replace("@OUT@", str(made))
    script.write_text(text, encoding="utf-8")
    do([tool("makensis", "nsis"), "-V2", script], environment=release.reproducible)
    return made


def draft(release: Release, payload: WindowsPayload, suffix: str) -> Path:
    """Where an installer is made: what is not signed yet never stands among the results."""
    stub = "-STUB" if payload.stub else ""
    name = f"exception-desk-{release.version}-x64{stub}{suffix}"
    (release.out / name).unlink(missing_ok=True)
    return release.work / "windows" / name


def deliver(release: Release, made: Path) -> Path:
    """Sign what was made, if that was asked for, and put it among the results."""
    return Path(shutil.move(sign(release, made), release.out / made.name))


def whole_of(release: Release, payload: WindowsPayload, documents: Path) -> Path:
    """Payload, licences, policy templates and, when asked for, speech models in one folder, all of one time."""
    folder = release.fresh("windows", "whole")
    shutil.rmtree(folder)
    shutil.copytree(payload.folder, folder)
    shutil.copytree(documents, folder / "licences")
    templates = folder / "policy"
    for at, text in {
        "exception-desk.admx": policies.admx(),
        "en-US/exception-desk.adml": policies.adml("en-US"),
        "zh-CN/exception-desk.adml": policies.adml("zh-CN"),
    }.items():
        (templates / at).parent.mkdir(parents=True, exist_ok=True)
        (templates / at).write_text(text, encoding="utf-8", newline="\r\n")
    for name in OURS:
        if (folder / name).exists():
            sign(release, folder / name)
    for path in folder.rglob("*"):
        os.utime(path, (release.epoch, release.epoch))
    return folder


def setup_exe(release: Release, payload: WindowsPayload, documents: Path) -> Path:
    """Setup.exe; it, its uninstaller and the programs in it are signed when a command for that was given."""
    whole = whole_of(release, payload, documents)
    target = draft(release, payload, "-setup.exe")
    script = release.work / "windows" / "setup.nsi"
    words = {
        "OUT": str(target),
        "VERSION": release.version,
        "COMPRESSOR": "zlib" if release.fast else "/SOLID lzma",
        "ICON": str(icon(release)),
        "PAYLOAD": str(whole),
        "SERVER_URL": release.server_url,
        "KILOBYTES": str(size_of(whole) // 1024),
        "SIGN_UNINSTALLER": _signing_of_uninstaller(release),
        "DELETIONS": "\n  ".join(_deletions(whole, "$INSTDIR")),
        **_models_in_setup(models_of(release)),
    }
    text = (TEMPLATES / "windows" / "setup.nsi").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    script.write_text(text, encoding="utf-8-sig")
    do([tool("makensis", "nsis"), "-V2", script], environment=release.reproducible)
    return deliver(release, target)


def _deletions(whole: Path, home: str) -> Iterator[str]:
    """Exactly what was installed: a folder that IT or a person has put something into stays."""
    for path in sorted(whole.rglob("*"), reverse=True):
        name = str(path.relative_to(whole)).replace("/", "\\").replace("$", "$$")
        yield f'RMDir "{home}\\{name}"' if path.is_dir() else f'Delete "{home}\\{name}"'


MODELS_HOME = r"$APPDATA\ExceptionDesk\models"
"""Where Setup puts bundled models; ``APPDATA`` is everybody's, ProgramData, when Setup works for all people."""


def _models_in_setup(folder: Path | None) -> dict[str, str]:
    """Lines that bring the bundled models and take them away again."""
    if folder is None:
        return {"MODELS": "", "MODEL_DELETIONS": ""}
    bring = f'SetOutPath "{MODELS_HOME}"\n  File /r "{folder}/*"'
    gone = [*_deletions(folder, MODELS_HOME), f'RMDir "{MODELS_HOME}"', r'RMDir "$APPDATA\ExceptionDesk"']
    return {"MODELS": bring, "MODEL_DELETIONS": "\n  ".join(gone)}


def models_of(release: Release) -> Path | None:
    """The models that travel inside the installer, as the program reads them; None when they are not wanted."""
    if not release.bundle_models:
        return None
    folder = release.fresh("windows", "models")
    models_payload(release.models).write(folder)
    for path in folder.rglob("*"):
        os.utime(path, (release.epoch, release.epoch))
    return folder


def sign(release: Release, target: Path) -> Path:
    """Run the signing command over a file, in place; raises StepFailed, and PayloadRefused when it made nothing."""
    if not release.sign_command:
        return target
    signed = target.with_name(f"signed-{target.name}")
    signed.unlink(missing_ok=True)
    words = shlex.split(release.sign_command)
    do([word.replace("{in}", str(target)).replace("{out}", str(signed)) for word in words])
    if not signed.is_file() or signed.stat().st_size <= target.stat().st_size:
        raise PayloadRefused(f"--sign-cmd ended well but {signed.name} is not there or not signed: look at the command")
    signed.replace(target)
    return target


def _signing_of_uninstaller(release: Release) -> str:
    """A line for makensis, which runs a script over the uninstaller before it packs it; none when nothing is signed."""
    if not release.sign_command:
        return ""
    script = release.work / "windows" / "sign-uninstaller.sh"
    script.parent.mkdir(parents=True, exist_ok=True)
    line = " ".join(map(_for_shell, shlex.split(release.sign_command)))
    # makensis works in its script's folder, the command may name a key relative to ours.
    lines = ("set -e", f"cd {shlex.quote(str(Path.cwd()))}", line, 'mv "$1.signed" "$1"')
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f'!uninstfinalize `sh "{script}" "%1"` = 0'


def _for_shell(word: str) -> str:
    """A word of the signing command for a shell whose first argument is the file to be signed."""
    files = {"{in}": '"$1"', "{out}": '"$1.signed"'}
    return "".join(files.get(part, shlex.quote(part)) for part in re.split(r"(\{in\}|\{out\})", word) if part)
