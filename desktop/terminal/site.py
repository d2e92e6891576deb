"""Which server, folder and language does this run use? Command line first, then environment, then settings."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from desktop.settings import SettingsFile, default_path
from desktop.translator import Language, as_language


@dataclass(frozen=True, slots=True)
class Site:
    """Where this run works. ``models`` is a folder with a site's own speech models, if any."""

    server: str
    folder: Path
    language: Language
    models: Path | None = None
    use_keyring: bool = True


def site(
    server: str | None, folder: Path | None, language: str | None, environment: Mapping[str, str] = os.environ
) -> Site:
    """The settings of this run; a value given on the command line wins over environment and settings file."""
    settings = SettingsFile(default_path()).load()
    chosen = language or environment.get("EXCEPTION_DESK_LANGUAGE")
    models = environment.get("EXCEPTION_DESK_MODELS")
    where = folder or (Path(found) if (found := environment.get("EXCEPTION_DESK_DATA")) else None)
    return Site(
        server=server or environment.get("EXCEPTION_DESK_SERVER") or settings.server,
        folder=where or platformdirs.user_data_path("exception-desk", appauthor=False),
        language=as_language(chosen) if chosen else settings.language,
        models=Path(models) if models else None,
        use_keyring=environment.get("EXCEPTION_DESK_KEYRING", "1") != "0",
    )
