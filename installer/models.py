"""Which speech models go into a package? Folders given by ``--model``, else the embedded starters; checked, listed."""

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installer.errors import PayloadRefused
from installer.release import ROOT
from installer.steps import say

NEEDED = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst")
EMBEDDED = ROOT / "resources" / "models"


@dataclass(frozen=True, slots=True)
class Model:
    """One model folder with what the program's manifest says about it."""

    folder: Path
    entry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Payload:
    """The models of one package, in the order in which the program will prefer them."""

    models: tuple[Model, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(model.entry["title"] for model in self.models)

    def write(self, target: Path) -> None:
        """Copy the folders and write the ``manifest.toml`` that the program reads."""
        for model in self.models:
            shutil.copytree(model.folder, target / model.folder.name)
        (target / "manifest.toml").write_text(manifest(self.models), encoding="utf-8")

    def notices(self) -> str:
        """What the models' own licences ask to be passed on, for a Debian copyright file."""
        pages = sorted({page for model in self.models for page in (model.folder / "NOTICE", EMBEDDED / "NOTICE")})
        texts = [page.read_text(encoding="utf-8") for page in pages if page.is_file()]
        lines = "\n".join(texts).splitlines()
        return "\nComment:\n" + "".join(f" {line}\n" if line.strip() else " .\n" for line in lines) if texts else ""


def payload(folders: tuple[Path, ...]) -> Payload:
    """The models to pack; raises PayloadRefused for a folder that is no model with a dynamic graph."""
    manifest = tomllib.loads((EMBEDDED / "manifest.toml").read_text(encoding="utf-8"))
    known = [*manifest["model"], *({**entry, "kind": "full"} for entry in manifest["official"])]
    if not folders:
        say("  no --model was given: packing the embedded starters (good for a pilot, not for production)")
        entries = [entry for entry in known if entry["kind"] == "embedded"]
        return Payload(tuple(Model(EMBEDDED / entry["name"], entry) for entry in entries))
    return Payload(tuple(_model(folder.resolve(), known) for folder in folders))


def _model(folder: Path, known: list[dict[str, Any]]) -> Model:
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise PayloadRefused(f"--model {folder} is no model that takes grammars: {missing[0]} is missing")
    for entry in known:
        if entry["name"] == folder.name:
            return Model(folder, entry)
    language = next((code for code, mark in (("zh", "-cn"), ("en", "-en")) if mark in folder.name), None)
    if language is None:
        raise PayloadRefused(
            f"--model {folder}: the manifest does not know {folder.name}, and its name shows no language"
        )
    entry = {"name": folder.name, "title": folder.name, "language": language, "kind": "full", "licence": "unknown"}
    return Model(folder, entry)


def manifest(models: tuple[Model, ...]) -> str:
    """``manifest.toml`` of a model folder, with the size of every binary file, so that a cut copy is recognised."""
    blocks = []
    for model in models:
        kept = {key: model.entry[key] for key in ("name", "title", "language", "kind", "licence")}
        files = sorted(path for path in model.folder.rglob("*") if path.suffix in {".mdl", ".fst"})
        lines = ["[[model]]", *(f'{key} = "{value}"' for key, value in kept.items())]
        lines += [f"words = {model.entry.get('words') or _words(model.folder)}"]
        lines += [
            f"size = {sum(p.stat().st_size for p in model.folder.rglob('*') if p.is_file())}",
            "",
            "[model.files]",
        ]
        lines += [f'"{path.relative_to(model.folder).as_posix()}" = {path.stat().st_size}' for path in files]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _words(folder: Path) -> int:
    listed = folder / "graph" / "words.txt"
    return len(listed.read_bytes().splitlines()) if listed.is_file() else 0
