"""How does a model's archive become a folder? Every name inside it, no links, no more than the disk can bear."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from voice.errors import ModelBroken

MOST_BYTES = 4_000_000_000
MOST_FILES = 1_000


def unpack(archive: Path, into: Path) -> Path:
    """Unpack a ZIP; its only folder (or ``into`` itself). Raises ModelBroken for what is no model's archive."""
    try:
        with zipfile.ZipFile(archive) as packed:
            _check(packed, archive)
            packed.extractall(into)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as wrong:
        raise ModelBroken(f"{archive}: {wrong}", model=archive.name, why=wrong) from wrong
    inside = [path for path in into.iterdir() if path.is_dir()]
    return inside[0] if len(inside) == 1 and not (into / "am").is_dir() else into


def _check(packed: zipfile.ZipFile, archive: Path) -> None:
    entries = packed.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ModelBroken(f"{archive} is too big for a model", model=archive.name, why="too big for a model")
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
        if name.is_absolute() or ".." in name.parts or ":" in entry.filename or is_link:
            raise ModelBroken(f"{archive}: {entry.filename}", model=archive.name, why=f"unsafe name {entry.filename}")


def copied(folder: Path, into: Path) -> Path:
    """A copy of a model's folder."""
    return Path(shutil.copytree(folder, into / folder.name))
