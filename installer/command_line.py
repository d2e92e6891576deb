"""What can be built, in which order, and how is each part tried? The command line of ``build_installer.py``."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from installer import asking, checksums, contents, deb, documents, models, windows, windows_msi, windows_payload
from installer.environment import builder_python
from installer.errors import InstallerError, WrongRequest
from installer.freeze import CENTRAL, DESK, Frozen, Program, freeze, smoke_test
from installer.release import ROOT, Release, moment, stage_sources
from installer.steps import say

VERBS = {
    "freeze": "the programs as folders that need no Python, tried by their own self-test",
    "deb": "the workstation's Debian package",
    "nsis": "Setup.exe for Windows",
    "msi": "the Windows Installer package",
    "models": "the Debian package with speech models",
    "central": "the Debian package of the central order API",
    "all": "all of these",
}


def parser() -> argparse.ArgumentParser:
    """All verbs and options."""
    top = argparse.ArgumentParser(prog="build_installer.py", description="From the repository to installers.")
    top.add_argument("what", choices=VERBS, help="; ".join(f"{verb}: {text}" for verb, text in VERBS.items()))
    top.add_argument("--version", required=True, metavar="X.Y.Z", help="the version that is stamped into everything")
    top.add_argument("--out", type=Path, required=True, help="where the results go")
    top.add_argument("--work", type=Path, default=ROOT / ".cache" / "installer", help="scratch folder")
    top.add_argument("--server-url", default="", help="the central that workstations ask unless told otherwise")
    top.add_argument("--model", type=Path, action="append", default=[], metavar="DIR", help="a speech model to pack")
    top.add_argument("--bundle-models", action="store_true", help="put the models into Setup.exe and MSI as well")
    top.add_argument("--payload", type=Path, metavar="DIR", help="a program folder frozen on Windows")
    top.add_argument("--python-embed", type=Path, metavar="ZIP", help="python.org's embeddable package for Windows")
    top.add_argument("--python-embed-sha256", default="", metavar="HASH", help="its SHA-256")
    top.add_argument("--stub-payload", action="store_true", help="pack a stand-in; the results are named -STUB")
    top.add_argument("--sign-cmd", default="", metavar="COMMAND", help="signs a file: a command with {in} and {out}")
    top.add_argument("--verify", choices=["none", "quick", "full"], default="quick", help="how much is tried")
    top.add_argument("--fast", action="store_true", help="compress lightly: for trying, not for releases")
    return top


@dataclass(slots=True)
class Build:
    """One run: what was asked for, and what is there already."""

    release: Release
    asked: argparse.Namespace
    made: list[Path] = field(default_factory=list)
    frozen: dict[str, Frozen] = field(default_factory=dict)
    docs: Path | None = None
    known: contents.Environment | None = None

    def program(self, program: Program) -> Frozen:
        """The frozen program; frozen and tried at the first time of asking."""
        if program.name not in self.frozen:
            python = builder_python(self.asked.work / "python")
            done = freeze(self.release, program, python)
            contents.check(done.contents, done.table, self.environment(), documents.locked())
            say(f"  {program.name}: {done.size / 1e6:.0f} MB in {done.seconds:.0f} s")
            if self.asked.verify != "none":
                say(f"  its self-test: ok in {smoke_test(done, self.release.version):.1f} s")
            self.frozen[program.name] = done
        return self.frozen[program.name]

    def documents(self) -> Path:
        """Notices, licence texts and bill of materials."""
        if self.docs is None:
            self.docs = documents.write(self.release, self.environment())
        return self.docs

    def environment(self) -> contents.Environment:
        """What the builder's environment holds."""
        if self.known is None:
            self.known = contents.environment(builder_python(self.asked.work / "python"), self.release.reproducible)
        return self.known


def _freeze(build: Build) -> list[Path]:
    return [build.program(program).folder for program in (DESK, CENTRAL)]


def _deb(build: Build) -> list[Path]:
    return [deb.desk(build.release, build.program(DESK), build.documents())]


def _central(build: Build) -> list[Path]:
    return [deb.central(build.release, build.program(CENTRAL), build.documents())]


def _models(build: Build) -> list[Path]:
    return [deb.models(build.release, models.payload(build.release.models), build.documents())]


def _nsis(build: Build) -> list[Path]:
    return [windows.setup_exe(build.release, windows.payload_of(build.asked, build.release), build.documents())]


def _msi(build: Build) -> list[Path]:
    return [windows_msi.package_msi(build.release, windows.payload_of(build.asked, build.release), build.documents())]


_MAKERS: dict[str, Callable[[Build], list[Path]]] = {
    "freeze": _freeze,
    "deb": _deb,
    "models": _models,
    "central": _central,
    "nsis": _nsis,
    "msi": _msi,
}


def build(asked: argparse.Namespace) -> None:
    """Do what was asked for; raises InstallerError."""
    asked.out, asked.work = asked.out.resolve(), asked.work.resolve()  # tools are started in other folders than ours
    release = Release(
        version=asked.version,
        out=asked.out,
        work=asked.work / asked.version,
        epoch=moment(),
        server_url=asked.server_url,
        models=tuple(asked.model),
        bundle_models=asked.bundle_models,
        fast=asked.fast,
        sign_command=asked.sign_cmd,
    )
    asking.check(asked, release)
    stage_sources(release)
    run = Build(release, asked)
    for verb in asking.verbs_of(asked.what):
        began = time.monotonic()
        say(f"== {verb}")
        made = _MAKERS[verb](run)
        run.made += [path for path in made if path.is_file()]
        for path in made:
            size = f" {path.stat().st_size / 1e6:.1f} MB" if path.is_file() else ""
            say(f"== {verb}: {path}{size} ({time.monotonic() - began:.0f} s)")
    _prove(run)
    if run.made:
        checksums.write(release.out, run.made, run.docs)


def _prove(run: Build) -> None:
    from installer.proof import again, bill, debian, wine  # noqa: PLC0415  only a builder that proves needs their tools

    if run.asked.verify != "none" and run.docs:
        bill.prove(run.docs / documents.bill_name(run.release), run.asked.work)
    packages = {path.name.split("_")[0]: path for path in run.made if path.suffix == ".deb"}
    installers = [path for path in run.made if path.suffix in {".exe", ".msi"}]
    if run.asked.verify != "none" and packages:
        debian.inspect(run.release, list(packages.values()))
    if run.asked.verify == "full" and {"exception-desk", "exception-desk-central"} <= set(packages):
        debian.prove(run.release, packages, builder_python(run.asked.work / "python"), run.asked.work)
    if run.asked.verify == "full" and installers:
        windows_payload.prove_closure(run.release)
        wine.prove(run.release, run.asked)
    if run.asked.verify == "full" and run.made:
        again.prove(run.release, run.asked, run.made, build)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run: 0 done, 1 failed with a message, 2 wrong usage."""
    asked = parser().parse_args(arguments)
    os.umask(0o022)
    try:
        build(asked)
    except WrongRequest as wrong:
        print(f"build_installer.py: {wrong}", file=sys.stderr)
        return 2
    except InstallerError as failed:
        print(f"build_installer.py: {type(failed).__name__}: {failed}", file=sys.stderr)
        return 1
    except OSError as refused:
        what_to_do = f"What to do: look at space and rights of {asked.out} and {asked.work}, then build again"
        print(f"build_installer.py: {refused}. {what_to_do}", file=sys.stderr)
        return 1
    return 0
