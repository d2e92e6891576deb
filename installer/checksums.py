"""How can IT check what it got? SHA256SUMS over all results, in the form that ``sha256sum --check`` reads."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from installer.steps import say


def digest(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(out: Path, made: Sequence[Path], documents: Path | None) -> Path:
    """Put the bill of materials beside the results and name every file's hash; the list's path.

    What earlier builds have put into the same folder stays listed, as long as it is what it was.
    """
    bills = sorted(documents.glob("*.json")) if documents else []
    listed = [*made, *(Path(shutil.copy2(path, out / path.name)) for path in bills)]
    sums = out / "SHA256SUMS"
    hashes = earlier(sums) | {path.relative_to(out).as_posix(): digest(path) for path in listed}
    sums.write_text("".join(sorted(f"{found}  {name}\n" for name, found in hashes.items())), encoding="utf-8")
    return sums


def earlier(sums: Path) -> dict[str, str]:
    """Hash by name of what the list already names and what is still there unchanged; the others are told."""
    if not sums.is_file():
        return {}
    told = dict(line.split("  ", 1)[::-1] for line in sums.read_text(encoding="utf-8").splitlines() if "  " in line)
    there = {name: found for name, found in told.items() if (sums.parent / name).is_file()}
    kept = {name: found for name, found in there.items() if digest(sums.parent / name) == found}
    for name in sorted(set(there) - set(kept)):
        say(f"  {name} is not what SHA256SUMS said of it: it is no longer listed")
    return kept
