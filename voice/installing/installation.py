"""How does a speech model come into a site's folder? Verified, tried, switched to in one move; else all as before."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from filelock import FileLock

from sync.client.download import Download, Told
from voice import models
from voice.errors import ModelBroken, ModelMissing, ModelUnpinned
from voice.installing.catalogue import Official
from voice.installing.unpacking import copied, unpack
from voice.language import Language
from voice.model_check import check
from voice.models import ModelEntry

Trial = Callable[[Language, Path], object]
"""Hears with the model of a language in a site's folder; raises whatever shows that it does not work."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model comes from: a folder or ZIP (``path``), or the net (``mirror``), and its archive's SHA-256."""

    path: Path | None = None
    mirror: str = ""
    sha256: str = ""


class Models:
    """A site's folder of speech models with its ``manifest.toml``. One program at a time changes it."""

    def __init__(self, home: Path, trial: Trial, *, tell: Told = lambda _here, _all: None, proxy: str = "") -> None:
        """``proxy`` is the setting's, for models that are fetched from the net."""
        self.home = home
        self._proxy = proxy
        self._trial = trial
        self._tell = tell

    def installed(self) -> tuple[ModelEntry, ...]:
        """What the folder's manifest names."""
        return models.entries(self.home)

    def install(self, wanted: Official, source: Source) -> ModelEntry:
        """Fetch or take it, verify, try, switch. Raises ModelError and SyncError; then nothing has changed."""
        with self._alone(), tempfile.TemporaryDirectory(dir=self.home, prefix=".incoming-") as name:
            folder = self._brought(wanted, source, Path(name))
            entry = _entry(wanted, folder)
            check(folder, entry.files, platform=sys.platform)
            self._try_aside(entry, folder, Path(name))
            return self._switch(entry, folder)

    def remove(self, language: Language) -> tuple[str, ...]:
        """Take the models of a language away; their names. The embedded starter serves again."""
        with self._alone():
            before = self.installed()
            gone = [entry for entry in before if entry.language is language]
            self._write([entry for entry in before if entry.language is not language])
            for entry in gone:
                shutil.rmtree(self.home / entry.name, ignore_errors=True)
        return tuple(entry.name for entry in gone)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with FileLock(str(self.home / ".lock"), timeout=0):
            yield

    def _brought(self, wanted: Official, source: Source, aside: Path) -> Path:
        if source.path is not None:
            if source.path.is_dir():
                return copied(source.path.resolve(), aside / "taken")
            if not source.path.is_file():
                raise ModelMissing(f"{source.path} does not exist", language=wanted.language, folder=source.path)
            if source.sha256:
                _match(source.path, source.sha256)
            return unpack(source.path, _made(aside / "unpacked"))
        pinned = source.sha256 or wanted.sha256
        if not pinned:
            raise ModelUnpinned(f"{wanted.name} has no pinned SHA-256: give --sha256, or --from", model=wanted.name)
        size = 0 if source.sha256 else wanted.size
        kept = self.home / ".downloads" / f"{wanted.name}.zip"
        load = Download(
            wanted.at(source.mirror),
            kept,
            size=size,
            sha256=pinned,
            tell=self._tell,
            pause=Event().wait,
            proxy=self._proxy,
        )
        archive = load.fetch()
        folder = unpack(archive, _made(aside / "unpacked"))
        archive.unlink()
        return folder

    def _try_aside(self, entry: ModelEntry, folder: Path, aside: Path) -> None:
        """In a site's folder of its own: the one in use is not touched before the model has heard something."""
        site = _made(aside / "site")
        here = folder.rename(site / entry.name)
        try:
            (site / "manifest.toml").write_text(manifest([entry]), encoding="utf-8")
            self._trial(entry.language, site)
        finally:
            here.rename(folder)

    def _switch(self, entry: ModelEntry, folder: Path) -> ModelEntry:
        target, before = self.home / entry.name, self.installed()
        old = self.home / f".old-{entry.name}"
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.rename(old)
        try:
            folder.rename(target)
            self._write([entry, *(each for each in before if each.language is not entry.language)])
            self._trial(entry.language, self.home)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            if old.exists():
                old.rename(target)
            self._write(list(before))
            raise
        for gone in [old, *(self.home / each.name for each in before if each.language is entry.language)]:
            if gone != target:
                shutil.rmtree(gone, ignore_errors=True)
        return entry

    def _write(self, entries: list[ModelEntry]) -> None:
        """Whole or not at all; without entries there is no manifest, and the embedded models serve."""
        path = self.home / "manifest.toml"
        if not entries:
            path.unlink(missing_ok=True)
            return
        draft = self.home / "manifest.toml.new"
        draft.write_text(manifest(entries), encoding="utf-8")
        draft.replace(path)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _match(archive: Path, sha256: str) -> None:
    import hashlib  # noqa: PLC0415  only for archives that were given with a hash

    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256.lower():
        raise ModelBroken(f"{archive} has SHA-256 {found}", model=archive.name, why=f"its SHA-256 is {found}")


def _entry(wanted: Official, folder: Path) -> ModelEntry:
    """What the manifest says of it: the sizes of its binary files show a later cut."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".mdl", ".fst"})
    words = folder / "graph" / "words.txt"
    return ModelEntry(
        name=wanted.name,
        title=wanted.title,
        language=wanted.language,
        kind="full",
        licence=wanted.licence,
        words=len(words.read_bytes().splitlines()) if words.exists() else 0,
        size=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        files={path.relative_to(folder).as_posix(): path.stat().st_size for path in files},
    )


def manifest(entries: list[ModelEntry]) -> str:
    """The text of a ``manifest.toml``."""
    blocks = []
    for entry in entries:
        texts = {"name": entry.name, "title": entry.title, "language": entry.language, "kind": entry.kind}
        lines = ["[[model]]", *(f'{key} = "{value}"' for key, value in texts.items()), f'licence = "{entry.licence}"']
        lines += [f"words = {entry.words}", f"size = {entry.size}", "", "[model.files]"]
        blocks.append("\n".join([*lines, *(f'"{name}" = {size}' for name, size in entry.files.items())]) + "\n")
    return "\n".join(blocks)
