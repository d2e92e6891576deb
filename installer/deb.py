"""How do Debian packages come about? A tree of files, control files from templates, and dpkg-deb; no debhelper.

No conffile is shipped: one that IT has edited stops an unattended upgrade. What can be set is written once by postinst.
"""

import gzip
import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from installer.deb_depends import depends_of
from installer.freeze import Frozen, copy_of, size_of
from installer.models import Payload
from installer.release import ROOT, TEMPLATES, Release
from installer.steps import do, tool

MAINTAINER = "The Exception Desk authors <packages@exception-desk.example.org>"
ICON_SIZES = (48, 64, 128, 256)
CENTRAL_NEEDS = ("adduser", "debconf (>= 0.5) | debconf-2.0", "init-system-helpers (>= 1.52)")
DESK_NEEDS = (
    "ca-certificates", "debconf (>= 0.5) | debconf-2.0", "fontconfig", "libegl1", "libgl1", "libportaudio2",
    "libpulse0", "libspeechd2", "libxcb-cursor0", "libxkbcommon-x11-0",
)  # fmt: skip
"""What is loaded at run time by name, so that no shared-library dependency shows it."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that is being put together: its name, and the tree that becomes its content."""

    name: str
    tree: Path
    release: Release

    def put(self, at: str, text: str, mode: int = 0o644) -> None:
        """Write a file below the tree."""
        path = self.tree / at
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    def put_packed(self, at: str, text: str) -> None:
        """Write a gzip file without time and name in it."""
        path = self.tree / at
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))

    def link(self, at: str, to: str) -> None:
        """A symbolic link below the tree."""
        path = self.tree / at
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(to)

    def filled(self, template: str, **words: str) -> str:
        """A template with its ``@WORDS@`` replaced; raises WrongRequest when one stays."""
        moment = datetime.fromtimestamp(self.release.epoch, UTC)
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        known = {"VERSION": self.release.version, "DATE": f"{moment:%Y-%m-%d}", "MAINTAINER": MAINTAINER, **words}
        for word, value in known.items():
            text = text.replace(f"@{word}@", value)
        return text


def _begin(release: Release, name: str) -> Package:
    return Package(name, release.fresh("deb", name), release)


def desk(release: Release, frozen: Frozen, documents: Path) -> Path:
    """The workstation's package; raises StepFailed, ToolMissing."""
    package = _begin(release, "exception-desk")
    home = copy_of(frozen.folder, package.tree / "usr/lib/exception-desk")
    package.link("usr/bin/exception-desk", "../lib/exception-desk/exception-desk")
    package.put("usr/share/applications/exception-desk.desktop", package.filled("linux/exception-desk.desktop"))
    metainfo = "usr/share/metainfo/org.example.exception_desk.metainfo.xml"
    package.put(metainfo, package.filled("linux/exception-desk.metainfo.xml"))
    _icons(package)
    package.put_packed("usr/share/man/man1/exception-desk.1.gz", package.filled("linux/exception-desk.1"))
    package.put_packed("usr/share/man/zh_CN/man1/exception-desk.1.gz", package.filled("linux/exception-desk.zh_CN.1"))
    completion = "usr/share/bash-completion/completions/exception-desk"
    package.put(completion, package.filled("linux/exception-desk.bash"))
    package.put("usr/share/zsh/vendor-completions/_exception-desk", package.filled("linux/_exception-desk"))
    _documents(package, documents)
    for page in ("admin-guide.md", "admin-guide.zh-CN.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        package.put_packed(f"usr/share/doc/exception-desk/{page}.gz", text)
    _scripts(package, "desk", ("config", "postinst", "postrm"), {"SERVER_URL": release.server_url})
    return _build(package, "deb/desk.control", depends_of(home, DESK_NEEDS))


def central(release: Release, frozen: Frozen, documents: Path) -> Path:
    """The package of the central order API; raises StepFailed, ToolMissing."""
    package = _begin(release, "exception-desk-central")
    home = copy_of(frozen.folder, package.tree / "usr/lib/exception-desk-central")
    package.link("usr/sbin/exception-desk-central", "../lib/exception-desk-central/exception-desk-central")
    unit = "lib/systemd/system/exception-desk-central.service"
    package.put(unit, package.filled("linux/exception-desk-central.service"))
    manual = package.filled("linux/exception-desk-central.8")
    package.put_packed("usr/share/man/man8/exception-desk-central.8.gz", manual)
    chinese = package.filled("linux/exception-desk-central.zh_CN.8")
    package.put_packed("usr/share/man/zh_CN/man8/exception-desk-central.8.gz", chinese)
    _documents(package, documents)
    _scripts(package, "central", ("config", "postinst", "prerm", "postrm"), {})
    return _build(package, "deb/central.control", depends_of(home, CENTRAL_NEEDS))


def models(release: Release, payload: Payload, documents: Path) -> Path:
    """The package with speech models for all people of a machine."""
    package = _begin(release, "exception-desk-models")
    target = package.tree / "usr/share/exception-desk/models"
    target.mkdir(parents=True)
    payload.write(target)
    _documents(package, documents, notices=payload.notices())
    return _build(package, "deb/models.control", (), TITLES=", ".join(payload.titles))


def _icons(package: Package) -> None:
    source = ROOT / "resources" / "icons" / "exception-desk.svg"
    package.put("usr/share/icons/hicolor/scalable/apps/exception-desk.svg", source.read_text(encoding="utf-8"))
    draw = tool("rsvg-convert", "librsvg2-bin")
    for size in ICON_SIZES:
        target = package.tree / f"usr/share/icons/hicolor/{size}x{size}/apps/exception-desk.png"
        target.parent.mkdir(parents=True)
        do([draw, "--width", str(size), "--height", str(size), "--output", target, source])


def _documents(package: Package, documents: Path, notices: str = "") -> None:
    """Licence, notices, the texts of LGPL and GPL, the bill of materials and the changelog."""
    folder = f"usr/share/doc/{package.name}"
    package.put(f"{folder}/copyright", package.filled("deb/copyright") + notices)
    moment = format_datetime(datetime.fromtimestamp(package.release.epoch, UTC))
    entry = (
        f"{package.name} ({package.release.version}) stable; urgency=medium\n\n  * Release {package.release.version}."
    )
    package.put_packed(f"{folder}/changelog.gz", f"{entry}\n\n -- {MAINTAINER}  {moment}\n")
    if package.name == "exception-desk-models":
        return
    for path in sorted(documents.iterdir()):
        package.put_packed(f"{folder}/{path.name}.gz", path.read_text(encoding="utf-8"))
    short = package.name.removeprefix("exception-desk").removeprefix("-") or "desk"
    package.put(f"usr/share/lintian/overrides/{package.name}", package.filled(f"deb/{short}.overrides"))


def _scripts(package: Package, short: str, names: tuple[str, ...], words: dict[str, str]) -> None:
    for name in names:
        package.put(f"DEBIAN/{name}", package.filled(f"deb/{short}.{name}"), 0o755)
    package.put("DEBIAN/templates", package.filled(f"deb/{short}.templates", **words))


def _build(package: Package, control: str, depends: tuple[str, ...], **words: str) -> Path:
    architecture = do([tool("dpkg", "dpkg"), "--print-architecture"]).output.strip()
    words |= {"ARCHITECTURE": architecture, "DEPENDS": ", ".join(depends)}
    words["INSTALLED_SIZE"] = str(-(-size_of(package.tree) // 1024))
    package.put("DEBIAN/control", package.filled(control, **words))
    package.put("DEBIAN/md5sums", _md5sums(package.tree))
    _normalise(package.tree, package.release.epoch)
    kind = "all" if package.name == "exception-desk-models" else architecture
    package.release.out.mkdir(parents=True, exist_ok=True)
    target = package.release.out / f"{package.name}_{package.release.version}_{kind}.deb"
    squeeze = ["-Zxz", "-z1" if package.release.fast else "-z6"]
    command = [tool("dpkg-deb", "dpkg"), "--root-owner-group", "--threads-max=1", *squeeze, "--build"]
    do([*command, package.tree, target], environment=package.release.reproducible)
    return target


def _md5sums(tree: Path) -> str:
    files = sorted(p for p in tree.rglob("*") if p.is_file() and not p.is_symlink() and "DEBIAN" not in p.parts)
    sums = (f"{hashlib.md5(p.read_bytes(), usedforsecurity=False).hexdigest()}  {p.relative_to(tree)}\n" for p in files)
    return "".join(sums)


def _normalise(tree: Path, epoch: int) -> None:
    """Modes that Debian expects, and one time for everything: the same input gives the same bytes."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            starts = os.access(path, os.X_OK) and ".so" not in path.name
            path.chmod(0o755 if path.is_dir() or starts else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)
