"""How does the MSI come about on Linux? wixl, with what wixl lacks set in the tables afterwards."""

import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from installer import msi_summary
from installer.asking import PROGRAM
from installer.icons import icon
from installer.release import TEMPLATES, Release
from installer.steps import do, say, tool
from installer.windows import WindowsPayload, deliver, draft, models_of, nsis_program, whole_of

PRODUCT = uuid.UUID("5f2a4c1e-7c55-4b7e-9d0a-6b1d3a0f8e21")
"""Names this product for ever: the upgrade code and the ids of components are made from it."""


def package_msi(release: Release, payload: WindowsPayload, documents: Path) -> Path:
    """The MSI, signed when a command for it was given."""
    whole = whole_of(release, payload, documents)
    target = draft(release, payload, ".msi")
    script = release.work / "windows" / "package.wxs"
    programs = (nsis_program(release, "running"), nsis_program(release, "forget"))
    parts = Parts(whole, icon(release), *programs, models_of(release))
    script.write_text(wxs(release, parts), encoding="utf-8")
    do(
        [tool("wixl", "wixl"), "-a", "x64", "-o", target, script.name],
        cwd=script.parent,
        environment=release.reproducible,
    )
    _patch(target, release, parts.of_models)
    msi_summary.settle(target, PRODUCT, release.epoch)
    say(f"    {len(list(whole.rglob('*')))} files and folders")
    return deliver(release, target)


def _id(*parts: str) -> str:
    return "i" + uuid.uuid5(PRODUCT, "/".join(parts)).hex


EXE_IN_BINARY_TABLE = 2
"""Type of a custom action whose exit code other than 0 ends the installation before anything is changed."""
WHATEVER_IT_SAYS = 64
"""Added to that type: its exit code does not matter."""
AFTER_COST_FINALIZE = 1100
AFTER_REMOVE_FILES = 3550
KEPT = 4 + 16 + 256
"""Attributes of a component that is a 64-bit registry value and stays: what IT has set outlives an upgrade."""
SETTINGS = ("cServer", "cServerAtFirst", "cLanguage", "cModels")


@dataclass(frozen=True, slots=True)
class Parts:
    """What an MSI is made of: the installation, its icon, the programs that its actions are, and models."""

    whole: Path
    icon: Path
    running: Path
    forget: Path
    models: Path | None

    @property
    def of_models(self) -> list[str]:
        """The components' ids of the models' files."""
        if self.models is None:
            return []
        files = [path.relative_to(self.models).as_posix() for path in self.models.rglob("*") if path.is_file()]
        return [_id("c", f"models/{name}") for name in sorted(files)]


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
        "FORGET": os.path.relpath(parts.forget, whole.parent),
        "TREE": "\n".join(_tree(whole, whole, "", components, 5)),
        "MODELS": "\n".join(_tree(models, models, "models/", components, 5)) if models else "",
        "SERVER_URL": release.server_url or "-",
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


def _patch(msi: Path, release: Release, models: Iterable[str]) -> None:
    """WORKAROUND: wixl 0.101 knows no secure properties, conditions of components, programs as actions: set here."""
    build = tool("msibuild", "msitools")
    secure = "SERVER;LANG;MODELS;NOSHORTCUTS;NEWERFOUND;OLDERFOUND;INSTALLDIR"
    running = f"'aRunning', {EXE_IN_BINARY_TABLE}, 'bRunning', '\"[INSTALLDIR]{PROGRAM}\"'"
    forget = f"'aForget', {EXE_IN_BINARY_TABLE + WHATEVER_IT_SAYS}, 'bForget', ''"
    conditions = {
        "cServer": "SERVER",
        # A value that is there already is IT's; only a given one replaces it.
        "cServerAtFirst": "NOT SERVER AND NOT KNOWNSERVER" if release.server_url else "0",
        "cLanguage": "LANG",
        "cModels": 'MODELS AND MODELS <> "none"',
        "cShortcut": "NOT NOSHORTCUTS",
        **dict.fromkeys(models, 'MODELS <> "none"'),
    }
    for query in (
        f"UPDATE `Property` SET `Value`='{secure}' WHERE `Property`='SecureCustomProperties'",
        *(
            f"INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ({action})"
            for action in (running, forget)
        ),
        *(
            f"INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ({when})"
            for when in (
                f"'aRunning', 'Installed OR OLDERFOUND', {AFTER_COST_FINALIZE}",
                f"'aForget', 'REMOVE=\"ALL\" AND REMOVEDATA=\"1\" AND NOT UPGRADINGPRODUCTCODE', {AFTER_REMOVE_FILES}",
            )
        ),
        *(
            f"UPDATE `Component` SET `Condition`='{when}' WHERE `Component`='{each}'"
            for each, when in conditions.items()
        ),
        *(f"UPDATE `Component` SET `Attributes`={KEPT} WHERE `Component`='{each}'" for each in SETTINGS),
    ):
        do([build, msi, "-q", query])
