"""How does the MSI come about on Linux? wixl, with what wixl lacks set in the tables afterwards."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from installer import msi_summary
from installer.release import TEMPLATES, Release
from installer.steps import do, say, tool
from installer.windows import PROGRAM, WindowsPayload, icon, models_of, named, nsis_program, sign, whole_of

PRODUCT = uuid.UUID("5f2a4c1e-7c55-4b7e-9d0a-6b1d3a0f8e21")
"""Names this product for ever: the upgrade code and the ids of components are made from it."""


def package_msi(release: Release, payload: WindowsPayload, documents: Path) -> Path:
    """The MSI, signed when a command for it was given."""
    whole = whole_of(release, payload, documents)
    target = named(release, payload, ".msi")
    script = release.work / "windows" / "package.wxs"
    parts = Parts(whole, icon(release), nsis_program(release, "running"), models_of(release))
    script.write_text(wxs(release, parts), encoding="utf-8")
    do(
        [tool("wixl", "wixl"), "-a", "x64", "-o", target, script.name],
        cwd=script.parent,
        environment=release.reproducible,
    )
    _patch(target)
    msi_summary.settle(target, PRODUCT, release.epoch)
    say(f"    {len(list(whole.rglob('*')))} files and folders")
    return sign(release, target)


def _id(*parts: str) -> str:
    return "i" + uuid.uuid5(PRODUCT, "/".join(parts)).hex


EXE_IN_BINARY_TABLE = 2
"""Type of a custom action whose exit code other than 0 ends the installation before anything is changed."""
AFTER_COST_FINALIZE = 1100


@dataclass(frozen=True, slots=True)
class Parts:
    """What an MSI is made of: the installation, its icon, the program that looks for a running one, and models."""

    whole: Path
    icon: Path
    running: Path
    models: Path | None


def wxs(release: Release, parts: Parts) -> str:
    """WiX source: one component for each file, ids made from names, so that the same input gives the same package."""
    whole, models = parts.whole, parts.models
    components: list[str] = []
    words = {
        "PRODUCT": str(uuid.uuid5(PRODUCT, f"product-{release.version}")).upper(),
        "UPGRADE": str(PRODUCT).upper(),
        "VERSION": release.version,
        "ICON": os.path.relpath(parts.icon, whole.parent),
        "RUNNING": os.path.relpath(parts.running, whole.parent),
        "TREE": "\n".join(_tree(whole, whole, "", components, 5)),
        "MODELS": "\n".join(_tree(models, models, "models/", components, 5)) if models else "",
        "SERVER_URL": release.server_url,
    }
    words["REFERENCES"] = "\n".join(f'      <ComponentRef Id="{each}"/>' for each in components)
    text = (TEMPLATES / "windows" / "package.wxs").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def _tree(path: Path, top: Path, prefix: str, components: list[str], depth: int) -> Iterator[str]:
    """WiX lines of a folder; adds the components' ids. ``prefix`` tells the ids of two trees apart."""
    pad = "  " * depth
    for entry in sorted(path.iterdir()):
        name = prefix + entry.relative_to(top).as_posix()
        if entry.is_dir():
            yield f"{pad}<Directory Id={quoteattr(_id('d', name))} Name={quoteattr(entry.name)}>"
            yield from _tree(entry, top, prefix, components, depth + 1)
            yield f"{pad}</Directory>"
            continue
        components.append(_id("c", name))
        guid = uuid.uuid5(PRODUCT, f"component-{name}")
        yield f'{pad}<Component Id="{components[-1]}" Guid="{guid}" Win64="yes">'
        source = quoteattr(os.path.relpath(entry, top.parent))
        named = f'Id="{_id("f", name)}" Name={quoteattr(entry.name)}'
        yield f'{pad}  <File {named} Source={source} KeyPath="yes"/>'
        yield f"{pad}</Component>"


def _patch(msi: Path) -> None:
    """WORKAROUND: wixl 0.101 knows no secure properties, conditions of components, programs as actions: set here."""
    build = tool("msibuild", "msitools")
    secure = "SERVER;LANG;NOSHORTCUTS;NEWERFOUND;OLDERFOUND;INSTALLDIR"
    action = f"'aRunning', {EXE_IN_BINARY_TABLE}, 'bRunning', '\"[INSTALLDIR]{PROGRAM}\"'"
    when = f"'aRunning', 'Installed OR OLDERFOUND', {AFTER_COST_FINALIZE}"
    for query in (
        f"UPDATE `Property` SET `Value`='{secure}' WHERE `Property`='SecureCustomProperties'",
        f"INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ({action})",
        f"INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ({when})",
        "UPDATE `Component` SET `Condition`='SERVER' WHERE `Component`='cServer'",
        "UPDATE `Component` SET `Condition`='LANG' WHERE `Component`='cLanguage'",
        "UPDATE `Component` SET `Condition`='NOT NOSHORTCUTS' WHERE `Component`='cShortcut'",
        "UPDATE `Component` SET `Attributes`=276 WHERE `Component`='cServer'",
        "UPDATE `Component` SET `Attributes`=276 WHERE `Component`='cLanguage'",
    ):
        do([build, msi, "-q", query])
