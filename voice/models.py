"""Which speech model hears a language? A site's own first, then the embedded one; checked, then loaded."""

import hashlib
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

import resources
from voice.errors import ModelBroken, ModelMissing
from voice.hearing.graph import Pronunciations, can_learn, with_words
from voice.language import Language
from voice.model_check import check

MOST_SEGMENTATIONS = 16


class ModelEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of a manifest. ``size`` is bytes; ``kind`` is ``embedded`` (demo, tests) or ``full``."""

    name: str
    title: str
    language: Language
    kind: str
    licence: str
    words: int = 0
    size: int = 0
    files: dict[str, int] = {}


class _Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``official`` names what can be fetched and is not here: see ``voice.installing.catalogue``."""

    model: tuple[ModelEntry, ...]
    official: tuple[dict[str, str | int], ...] = ()


def embedded_folder() -> Path:
    """Where the models that come with the program are."""
    return resources.path("models")


def entries(folder: Path) -> tuple[ModelEntry, ...]:
    """The models that the folder's ``manifest.toml`` names; none without one. Raises ModelBroken for a bad manifest."""
    manifest = _manifest_of(folder)
    if not manifest.is_file():
        return ()
    try:
        return msgspec.convert(tomllib.loads(manifest.read_text(encoding="utf-8")), _Manifest).model
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise ModelBroken(f"{manifest}: {wrong}", model=folder.name, why=f"manifest.toml: {wrong}") from wrong


def find(language: Language, site: tuple[Path, ...] = ()) -> tuple[Path, ModelEntry]:
    """The model to use, checked: of the first of the site's folders that has one for the language, else the embedded.

    Raises ModelMissing, ModelBroken, ModelPathUnusable. A site's model that is broken is an error, never silently
    replaced by the embedded one.
    """
    folders = (*site, embedded_folder())
    for folder in folders:
        for entry in entries(folder):
            if entry.language is language:
                check(folder / entry.name, entry.files, platform=sys.platform)
                return folder / entry.name, entry
    where = folders[0]
    raise ModelMissing(f"no speech model for {language} in {where}", language=language, folder=where)


def fingerprint(folder: Path) -> str:
    """Eight characters that tell one version of a model from another: a hash of its net and its graph."""
    net = hashlib.sha256()
    for name in ("am/final.mdl", "graph/HCLr.fst"):
        with (folder / name).open("rb") as file:
            net.update(hashlib.file_digest(file, "sha256").digest())
    return net.hexdigest()[:8]


def stamp(site: tuple[Path, ...]) -> tuple[int, ...]:
    """Changes when a model is installed in or removed from one of the folders: that replaces the manifest."""
    return tuple(manifest.stat().st_mtime_ns if manifest.exists() else 0 for manifest in map(_manifest_of, site))


def _manifest_of(folder: Path) -> Path:
    return folder / "manifest.toml"


class SpeechModel:
    """A loaded model. Shared by recognisers; the words it knows never change."""

    def __init__(self, handle: Any, entry: ModelEntry) -> None:
        self.handle = handle
        self.entry = entry
        self.language = entry.language
        self.name = entry.name
        self._written: dict[str, tuple[tuple[str, ...], ...]] = {}

    def has_word(self, word: str) -> bool:
        """Whether the model can hear this word."""
        return bool(word) and int(self.handle.vosk_model_find_word(word)) >= 0

    def can_hear(self, text: str) -> bool:
        """Whether a whole text can be written in words of the model."""
        return bool(self.segmentations(text))

    def segmentations(self, text: str) -> tuple[tuple[str, ...], ...]:
        """The ways (at most 16) to write a text in the model's words: spaces divide English, nothing Chinese."""
        # Remembered by hand: a cache of a bound method would be a cycle, and keep Vosk's memory of a model that was
        # replaced until the garbage is collected.
        if text not in self._written:
            self._written[text] = self._segmentations(text)
        return self._written[text]

    def _segmentations(self, text: str) -> tuple[tuple[str, ...], ...]:
        if self.language is Language.EN:
            words = tuple(text.split())
            return (words,) if words and all(map(self.has_word, words)) else ()
        return tuple(islice(self._divide(text.replace(" ", "")), MOST_SEGMENTATIONS))

    def _divide(self, text: str) -> Iterator[tuple[str, ...]]:
        for end in range(len(text), 0, -1):
            if self.has_word(text[:end]):
                if end == len(text):
                    yield (text,)
                for rest in self._divide(text[end:]):
                    yield (text[:end], *rest)


def load(language: Language, site: tuple[Path, ...] = ()) -> SpeechModel:
    """Find, check and load; a third of a second at most for the embedded models, seconds for full ones."""
    folder, entry = find(language, site)
    return load_folder(folder, entry)


def load_taught(folder: Path, entry: ModelEntry, words: Pronunciations) -> SpeechModel:
    """Like load_folder, with more words where the model can learn; raises PronunciationWrong too."""
    if not words or not can_learn(folder):
        return load_folder(folder, entry)
    with tempfile.TemporaryDirectory(prefix="exception-desk-model-") as place:
        copy = Path(place) / entry.name
        with_words(folder, words, copy)
        return load_folder(copy, entry)


def load_folder(folder: Path, entry: ModelEntry) -> SpeechModel:
    """Load a checked folder; raises ModelBroken when Vosk refuses it."""
    import vosk  # noqa: PLC0415  loads a native library of 25 MB: only where speech is wanted

    vosk.SetLogLevel(-1)
    try:
        # By path only: with a name or a language Vosk would go online.
        handle = vosk.Model(model_path=str(folder))
    except Exception as refused:  # vosk raises nothing narrower
        raise ModelBroken(f"{folder}: Vosk cannot load it", model=folder.name, why="Vosk cannot load it") from refused
    return SpeechModel(handle, entry)
