"""How does `.venv` come to hold exactly what the lock files say?"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from devtools.processes import Command, RefusalError, long_step, say, works
from devtools.system_packages import apt_install, ensure_system_packages

ON_WINDOWS = os.name == "nt"
# How pip's settings are called in uv.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX", "trusted-host": "UV_INSECURE_HOST", "cert": "SSL_CERT_FILE", "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT", "default-timeout": "UV_HTTP_TIMEOUT",
}  # fmt: skip


def uv_settings(pip_configuration: str) -> dict[str, str]:
    """Environment variables that tell uv what `pip config list` says: index, certificates, proxy.

    pip looks a package up in all its indexes; so must uv. The hashes in the lock guard against mix-ups.
    """
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    for line in pip_configuration.splitlines():
        name, _, value = line.partition("=")
        key = UV_NAMES.get(name.rpartition(".")[2])
        if key:
            words = value.strip().strip("'\"").replace("\\n", " ").split()
            settings[key] = ("," if key == "UV_FIND_LINKS" else " ").join(words)
    return settings


@dataclass(frozen=True, slots=True)
class Clone:
    """One clone of the project and the virtual environment inside it."""

    root: Path

    @property
    def venv(self) -> Path:
        """The virtual environment; nothing of the project is installed anywhere else."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment."""
        return self.script("python")

    @property
    def lock(self) -> Path:
        """Every package for work on the project, with hashes; the product's own are a part of them."""
        return self.root / "requirements" / "dev.txt"

    @property
    def installer_lock(self) -> Path:
        """The installer itself (uv), with hashes."""
        return self.root / "requirements" / "uv.txt"

    @property
    def stamp(self) -> Path:
        """Written last by a setup that succeeded."""
        return self.venv / "exception-desk-setup.json"

    def script(self, name: str) -> Path:
        """A program of the virtual environment."""
        return self.venv / "Scripts" / f"{name}.exe" if ON_WINDOWS else self.venv / "bin" / name

    def fingerprint(self) -> str:
        """Changes when the locks, the project's metadata, the interpreter or the place of the clone change."""
        digest = hashlib.sha256()
        for path in (self.lock, self.installer_lock):
            digest.update(path.read_bytes())
        project = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))
        digest.update(json.dumps([project["project"], project["build-system"]], sort_keys=True).encode())
        digest.update(f"{self.python.resolve()}\n{self.root}".encode())
        return digest.hexdigest()

    def is_set_up(self) -> bool:
        """True when `.venv` is as the last setup left it and the locks still say the same."""
        return self.python.exists() and self._stamped("fingerprint") == self.fingerprint()

    def write_stamp(self) -> None:
        """Remember that everything is set up."""
        fresh = self.stamp.with_suffix(".new")
        fresh.write_text(json.dumps({"fingerprint": self.fingerprint(), "root": str(self.root)}), encoding="utf-8")
        fresh.replace(self.stamp)

    def _stamped(self, key: str) -> str:
        try:
            return str(json.loads(self.stamp.read_text(encoding="utf-8"))[key])
        except (FileNotFoundError, ValueError, KeyError):  # never, half or otherwise written: set up again
            return ""

    def make_venv(self) -> None:
        """Create `.venv` where it is missing, was made in another place or lost its Python."""
        moved = self._stamped("root") not in ("", str(self.root))
        probe: Command = [self.python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        if self.venv.exists() and (moved or not works(probe)):
            say("  .venv was made in another place or its Python is gone: making it anew")
            shutil.rmtree(self.venv)
        if not self.python.exists():
            title = f"virtual environment (Python {sys.version.split()[0]})"
            # Without pip: Debian's python3 lacks ensurepip, and the outer pip can install into it.
            long_step(title, [sys.executable, "-m", "venv", "--without-pip", self.venv], log="venv")

    def pip(self) -> Command:
        """The pip that installs into `.venv`: its own, the one outside, or one that is brought in."""
        own: Command = [self.python, "-m", "pip"]
        outer: Command = [sys.executable, "-m", "pip", "--python", self.python]
        for found in (own, outer):
            if works([*found, "--version"]):
                return found
        if works([self.python, "-m", "ensurepip", "--version"]) or apt_install(["python3-venv"]):
            long_step("pip", [self.python, "-m", "ensurepip"], log="ensurepip")
            return own
        raise RefusalError(
            "This Python has neither pip nor ensurepip.", "as an administrator: apt-get install python3-pip"
        )

    def install(self, pip: Command) -> None:
        """Install the lock and the project itself; by uv in seconds, by pip where uv cannot."""
        # The build backend is in the lock: nothing is fetched for the project itself.
        itself: Command = ["--no-deps", "--no-build-isolation", "--editable", self.root]
        if self._fetch_uv(pip):
            answer = subprocess.run(
                [str(part) for part in (*pip, "config", "list")], stdout=subprocess.PIPE, check=False
            )
            environment = os.environ | uv_settings(answer.stdout.decode(errors="replace"))
            install: Command = [self.script("uv"), "pip", "install", "--python", self.python]
            locked: Command = [*install, "--require-hashes", "-r", self.lock]
            if long_step("Python packages", locked, log="packages", environment=environment, must_succeed=False):
                again: Command = [*install, "--offline", "--reinstall", *itself]
                long_step("the project itself", again, log="project", environment=environment)
                return
            say("  uv could not: pip does it, which takes longer")
        long_step("Python packages (pip)", [*pip, "install", "--require-hashes", "-r", self.lock], log="packages")
        long_step("the project itself", [*pip, "install", "--no-index", *itself], log="project")

    def _fetch_uv(self, pip: Command) -> bool:
        uv: Command = [self.script("uv"), "--version"]
        fetch: Command = [*pip, "install", "--no-input", "--require-hashes", "-r", self.installer_lock]
        return works(uv) or (long_step("installer (uv)", fetch, log="uv", must_succeed=False) and works(uv))

    def set_up(self, verb: str) -> None:
        """Everything `verb` needs, system packages included; well under a second when nothing changed."""
        began = time.monotonic()
        ensure_system_packages(verb)
        if self.is_set_up():
            return
        say(f"Setting up {self.venv}")
        self.make_venv()
        self.install(self.pip())
        self.write_stamp()
        say(f"Set up in {time.monotonic() - began:.1f} s")
