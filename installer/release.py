"""What is being built? Version, folders and moment of one release; the same input gives the same bytes."""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from installer.errors import WrongRequest
from installer.steps import ask

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = Path(__file__).resolve().parent / "templates"
PACKAGES = ("desktop", "voice", "sync", "resources")
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Release:
    """One release. ``epoch`` is the moment that every file in a package gets, in Unix seconds."""

    version: str
    out: Path
    work: Path
    epoch: int
    server_url: str = ""
    models: tuple[Path, ...] = ()
    bundle_models: bool = False
    fast: bool = False
    sign_command: str = ""
    reproducible: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        check_version(self.version)
        check_server(self.server_url)
        environment = {"SOURCE_DATE_EPOCH": str(self.epoch), "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        object.__setattr__(self, "reproducible", environment)

    def fresh(self, *parts: str) -> Path:
        """An empty folder below the work folder."""
        folder = self.work.joinpath(*parts)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        return folder

    @property
    def stage(self) -> Path:
        """The sources as they are packed: a copy with this release's version in it."""
        return self.work / "stage"


def check_version(version: str) -> None:
    """Raise WrongRequest unless it is X.Y.Z that Debian, NSIS and MSI all order alike (MSI: 255.255.65535 at most)."""
    found = _VERSION.fullmatch(version)
    if not found or int(found[1]) > 255 or int(found[2]) > 255 or int(found[3]) > 65535:
        raise WrongRequest(f"--version {version!r}: X.Y.Z is needed, with 255.255.65535 at most (Windows Installer)")


def check_server(url: str) -> None:
    """Raise WrongRequest unless it is empty or an http(s) address without anything that a script could stumble over."""
    if url and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/-]*)?", url):
        raise WrongRequest(f"--server-url {url!r}: an http:// or https:// address is needed")


def moment(root: Path = ROOT) -> int:
    """SOURCE_DATE_EPOCH, else the time of the last commit, else that of the file with the version: an archive of the
    sources carries the commit's. Raises WrongRequest for a SOURCE_DATE_EPOCH that is no number.
    """
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        if not given.isdigit():
            raise WrongRequest(f"SOURCE_DATE_EPOCH={given!r}: seconds since 1970 are needed, or nothing")
        return int(given)
    # A file where the clone is a linked work tree. Sources that lie in somebody else's clone have none of their own.
    if (root / ".git").exists() and shutil.which("git"):
        answer = ask(["git", "log", "-1", "--format=%ct"], cwd=root)
        if answer.code == 0 and answer.output.strip().isdigit():
            return int(answer.output.strip())
    return int((root / "sync" / "version.py").stat().st_mtime)


def stage_sources(release: Release) -> Path:
    """Copy the packages with this release's version in them; the repository itself is not touched."""
    folder = release.fresh("stage")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    stamped = folder / "sync" / "version.py"
    text, count = re.subn(
        r'^VERSION = "[^"]*"', f'VERSION = "{release.version}"', stamped.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    if count != 1:
        raise WrongRequest('sync/version.py has no line VERSION = "…" to be stamped')
    stamped.write_text(text, encoding="utf-8")
    for program, module in (("exception-desk", "desktop.cli"), ("exception-desk-central", "sync.server.cli")):
        # freeze_support: a worker process of the central is this program, started again.
        entry = f"import multiprocessing\nimport sys\n\nfrom {module} import main\n\n"
        entry += 'if __name__ == "__main__":\n    multiprocessing.freeze_support()\n    sys.exit(main())\n'
        (folder / f"start-{program}.py").write_text(entry, encoding="utf-8")
    return folder
