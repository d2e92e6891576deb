"""Can what was asked for be done at all? Everything is looked at before the first minute is spent on it."""

import argparse
import os
import re
import shlex
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from installer import models
from installer.checksums import digest
from installer.errors import PayloadRefused, WrongRequest
from installer.release import Release
from installer.steps import tool

PROGRAM = "exception-desk.exe"
"""What starts the desk on Windows; a payload without it is none."""
DEBIAN = frozenset({"deb", "models", "central"})
WINDOWS = frozenset({"nsis", "msi"})
_STRIP, _PACK, _SCAN = ("strip", "binutils"), ("dpkg-deb", "dpkg"), ("dpkg-shlibdeps", "dpkg-dev")
_DRAW, _NSIS = ("rsvg-convert", "librsvg2-bin"), ("makensis", "nsis")
_TOOLS: dict[str, tuple[tuple[str, str], ...]] = {
    "freeze": (_STRIP,),
    "deb": (_STRIP, _SCAN, _PACK, _DRAW),
    "models": (_PACK,),
    "central": (_STRIP, _SCAN, _PACK),
    "nsis": (_NSIS, _DRAW),
    "msi": (("wixl", "wixl"), ("msibuild", "msitools"), _NSIS, _DRAW),
}
_LOOKED_AT = (("lintian", "lintian"), ("desktop-file-validate", "desktop-file-utils"), ("appstreamcli", "appstream"))
_LIVED_WITH = (
    ("debootstrap", "debootstrap"), ("unshare", "util-linux"), ("ip", "iproute2"), ("openssl", "openssl"),
    ("curl", "curl"),
)  # fmt: skip
_UNDER_WINE = (("wine", "wine wine64"), ("osslsigncode", "osslsigncode"), ("objdump", "binutils"))


def verbs_of(what: str) -> tuple[str, ...]:
    """What is built, in order: everything for ``all``."""
    return tuple(_TOOLS) if what == "all" else (what,)


def check(asked: argparse.Namespace, release: Release) -> None:
    """Raise WrongRequest, PayloadRefused or ToolMissing for the first thing that would stop the build later."""
    verbs = set(verbs_of(asked.what))
    check_models(release, wanted="models" in verbs or release.bundle_models)
    if WINDOWS & verbs:
        check_payload(asked)
        check_signing(release.sign_command)
    for option, folder in (("--out", asked.out), ("--work", asked.work)):
        check_writable(option, folder)
    if os.name == "posix":
        for program, package in tools(verbs, asked.verify):
            tool(program, package)
        if asked.verify == "full" and os.geteuid() != 0:
            raise WrongRequest("--verify full lives with the packages on a system of its own: run it as root")


def tools(verbs: Iterable[str], verify: str) -> Iterator[tuple[str, str]]:
    """The programs that will be needed, each with Debian's package."""
    wanted = set(verbs)
    for verb in wanted:
        yield from _TOOLS[verb]
    if verify != "none" and wanted & DEBIAN:
        yield from _LOOKED_AT
    if verify == "full" and wanted & DEBIAN:
        yield from _LIVED_WITH
    if verify == "full" and wanted & WINDOWS:
        yield from _UNDER_WINE


def check_models(release: Release, *, wanted: bool) -> None:
    """Raise WrongRequest for a ``--model`` that is no folder or is given twice, PayloadRefused for one that is none."""
    names = [folder.resolve().name for folder in release.models]
    for folder, name in zip(release.models, names, strict=True):
        if not folder.is_dir():
            raise WrongRequest(f"--model {folder}: no such folder")
        if names.count(name) > 1:
            raise WrongRequest(f"--model {folder}: two models are named {name}; give each once")
    if wanted:
        models.payload(release.models)


def check_payload(asked: argparse.Namespace) -> None:
    """Raise unless there is exactly one thing to pack for Windows, and it is what it should be.

    Without any a Setup that only looks complete would come into being.
    """
    given = [name for name in ("stub_payload", "payload", "python_embed") if getattr(asked, name) not in {None, False}]
    if not given:
        raise WrongRequest(
            "nsis and msi need --payload DIR (frozen on Windows) or --python-embed ZIP with --python-embed-sha256; "
            "--stub-payload makes a stand-in for trying the installers"
        )
    if len(given) > 1:
        both = " and ".join(f"--{name.replace('_', '-')}" for name in given)
        raise WrongRequest(f"{both} exclude each other: one thing is packed")
    if asked.payload is not None and not (asked.payload / PROGRAM).is_file():
        raise PayloadRefused(f"--payload {asked.payload} has no {PROGRAM}: name the folder that was frozen on Windows")
    if asked.python_embed is not None:
        _check_embed(asked.python_embed, asked.python_embed_sha256)


def _check_embed(archive: Path, sha256: str) -> None:
    if not re.fullmatch(r"[0-9A-Fa-f]{64}", sha256):
        raise WrongRequest("--python-embed needs --python-embed-sha256 with the 64 digits that python.org publishes")
    if not archive.is_file():
        raise PayloadRefused(f"--python-embed {archive}: no such file")
    found = digest(archive)
    if found != sha256.lower():
        raise PayloadRefused(
            f"{archive} is not the file that --python-embed-sha256 names: its SHA-256 is {found}. What to do: fetch it "
            "again from python.org, and do not go on with this one"
        )
    if not zipfile.is_zipfile(archive):
        raise PayloadRefused(f"--python-embed {archive} is no ZIP: it must be python.org's embeddable package")


def check_signing(command: str) -> None:
    """Raise WrongRequest unless the command can be split, names a program that is there, and both files."""
    if not command:
        return
    try:
        words = shlex.split(command)
    except ValueError as wrong:
        raise WrongRequest(f"--sign-cmd {command!r}: {wrong}") from wrong
    for place in ("{in}", "{out}"):
        if not any(place in word for word in words):
            raise WrongRequest(f"--sign-cmd has no {place}: it is replaced by the file's name")
    if shutil.which(words[0]) is None:
        raise WrongRequest(f"--sign-cmd: {words[0]} is no program that can be started here")


def check_writable(option: str, folder: Path) -> None:
    """Raise WrongRequest unless files can be made in the folder, which is made when it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as refused:
        raise WrongRequest(f"{option} {folder} cannot be written: {refused.strerror}. Name another folder") from refused
