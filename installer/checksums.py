"""How can IT check what it got? SHA256SUMS over all results, in the form that ``sha256sum --check`` reads."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path


def digest(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(out: Path, made: Sequence[Path], documents: Path | None) -> Path:
    """Put the bill of materials beside the results and name every file's hash; the list's path."""
    bills = sorted(documents.glob("*.json")) if documents else []
    listed = [*made, *(Path(shutil.copy2(path, out / path.name)) for path in bills)]
    sums = out / "SHA256SUMS"
    lines = sorted(f"{digest(path)}  {path.relative_to(out).as_posix()}\n" for path in listed)
    sums.write_text("".join(lines), encoding="utf-8")
    return sums
