"""What does this workstation remember about its screen? Language, theme, row height, text size, server address."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
import platformdirs

from desktop.translator import Language

DEFAULT_SERVER = "http://127.0.0.1:8642"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One workstation's choices; ``text_scale`` is 1 to 2.

    ``shortcuts`` are a person's own keys by what they do, see ``desktop.shortcuts``; ``floor``: open in floor mode;
    ``microphone`` is a device's name, empty the system's; ``quiet_from`` and ``quiet_to`` are times such as ``22:00``
    between which nothing sounds; ``refused_sounds``: people may consent to keep the sound of what was not understood;
    ``greeted``: the first-run assistant was here.
    """

    language: Language = "zh"
    theme: Literal["light", "dark", "contrast"] = "light"
    density: Literal["comfortable", "compact"] = "comfortable"
    text_scale: float = 1.0
    server: str = DEFAULT_SERVER
    shortcuts: dict[str, tuple[str, ...]] = {}
    floor: bool = False
    microphone: str = ""
    quiet_from: str = ""
    quiet_to: str = ""
    refused_sounds: bool = True
    greeted: bool = False


class SettingsFile:
    """The settings on disk. A damaged file is set aside, with the old text kept, and the defaults are used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.damaged: Path | None = None

    def load(self) -> Settings:
        if not self._path.exists():
            return Settings()
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Settings)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.damaged = self._path.with_suffix(".damaged.json")
            self._path.replace(self.damaged)
            return Settings()

    def save(self, settings: Settings) -> None:
        """Whole or not at all: written beside and then moved over."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n")
        beside.replace(self._path)


def default_path() -> Path:
    return platformdirs.user_config_path("exception-desk", appauthor=False) / "desktop.json"


Save = Callable[[Settings], None]
