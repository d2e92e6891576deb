"""Which server, folder and language does this run use? What policies, person and machine say, resolved.

A policy wins over everything; then command line, environment, the person's settings, the machine's, the defaults.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from desktop.policy import Kept, Source, Value, Values, layers
from desktop.settings import default_path
from desktop.translator import Language, as_language


@dataclass(frozen=True, slots=True)
class Site:
    """Where this run works. ``models`` are folders of speech models, first wins: this person's, the machine's, those of
    packages.

    ``models_url`` is a mirror to fetch speech models from; ``decided`` says where every setting comes from.
    """

    server: str
    folder: Path
    language: Language
    models: tuple[Path, ...] = ()
    use_keyring: bool = True
    models_url: str = ""
    proxy: str = ""
    decided: tuple[Value, ...] = ()


def site(
    server: str | None,
    folder: Path | None,
    language: str | None,
    environment: Mapping[str, str] = os.environ,
    below: Mapping[Source, Values] | None = None,
) -> Site:
    """The settings of this run; ``below`` is what policies and machine say, read from this system when not given.

    Raises PolicyUnreadable: working on without a policy could undo what IT has locked.
    """
    given = {"server": server, "data": folder and str(folder), "language": language}
    all_layers = {
        **(layers() if below is None else below),
        Source.COMMAND_LINE: {name: value for name, value in given.items() if value},
        Source.ENVIRONMENT: _of_environment(environment),
    }
    kept = Kept(default_path(), all_layers)
    settings = kept.load()
    rest = kept.resolved.site()
    return Site(
        server=settings.server,
        folder=Path(rest.data) if rest.data else platformdirs.user_data_path("exception-desk", appauthor=False),
        language=settings.language,
        models=(Path(rest.models),) if rest.models else (own_models(), machine_models(), packaged_models()),
        use_keyring=rest.keyring,
        models_url=rest.models_url,
        proxy=rest.proxy,
        decided=tuple(kept.resolved.values.values()),
    )


def _of_environment(environment: Mapping[str, str]) -> Values:
    told = ("server", "data", "models", "keyring", "proxy")
    names = {name: environment.get(f"EXCEPTION_DESK_{name.upper()}", "") for name in told}
    found = {name: value for name, value in names.items() if value}
    if chosen := environment.get("EXCEPTION_DESK_LANGUAGE"):
        found["language"] = as_language(chosen)
    return found


def machine_models() -> Path:
    """Where ``models install --machine`` puts speech models for all people; an ASCII path, as Vosk needs on Windows.

    No package writes there: an upgrade of one leaves what was installed by hand in use.
    """
    if sys.platform == "win32":
        return _program_data() / "models-added"
    return Path("/usr/local/share/exception-desk/models")


def packaged_models() -> Path:
    """Where packages, and Setup with bundled models, put theirs."""
    return _program_data() / "models" if sys.platform == "win32" else Path("/usr/share/exception-desk/models")


def _program_data() -> Path:
    return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "ExceptionDesk"


def own_models() -> Path:
    """Where this person's own speech models are."""
    return platformdirs.user_data_path("exception-desk", appauthor=False) / "models"
