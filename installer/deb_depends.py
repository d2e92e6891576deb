"""What must the system have for a frozen program to run? Computed by dpkg-shlibdeps, plus what is loaded by name."""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from installer.steps import do, tool


def libraries(folder: Path) -> list[Path]:
    """Every ELF file of a folder, links left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in files if path.open("rb").read(4) == b"\x7fELF")


def depends_of(folder: Path, named: Iterable[str]) -> tuple[str, ...]:
    """Debian's relations for the folder; raises StepFailed when a library is neither packed nor on this builder."""
    scan = tool("dpkg-shlibdeps", "dpkg-dev")
    elf = libraries(folder)
    private = sorted({f"-l{path.parent}" for path in elf})
    with tempfile.TemporaryDirectory() as name:
        control = Path(name) / "debian" / "control"
        control.parent.mkdir()
        control.write_text("Source: x\n\nPackage: x\nArchitecture: any\n", encoding="utf-8")
        answer = do([scan, "-O", "--ignore-missing-info", "--warnings=0", *private, *elf], cwd=Path(name))
    return merged(answer.output, named)


def merged(scanned: str, named: Iterable[str]) -> tuple[str, ...]:
    """The relations of ``shlibs:Depends=…`` and those by name, sorted, each package once (a version wins)."""
    found = re.search(r"^shlibs:Depends=(.*)$", scanned, re.MULTILINE)
    relations = [part.strip() for part in found[1].split(",")] if found else []
    known = {re.split(r"[ (|]", relation)[0] for relation in relations}
    relations += [relation for relation in named if re.split(r"[ (|]", relation)[0] not in known]
    return tuple(sorted(relations))
