r"""Which value does each setting have, who decided that, and may a person change it?

Precedence: machine policy, user policy, command line, environment, user, machine, default. A policy locks its settings.
Linux: JSON files in /etc/exception-desk. Windows: HKLM and HKCU ``Software\\Policies\\ExceptionDesk``, and
HKLM ``Software\\ExceptionDesk`` for the machine's defaults. A value that makes no sense is reported, never obeyed.
"""

import getpass
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, get_origin

import msgspec

from desktop.settings import Settings, SettingsFile

ETC = Path("/etc/exception-desk")
POLICY_KEY = r"Software\Policies\ExceptionDesk"
MACHINE_KEY = r"Software\ExceptionDesk"


class Source(StrEnum):
    """Who decided, strongest first."""

    MACHINE_POLICY = "machine-policy"
    USER_POLICY = "user-policy"
    COMMAND_LINE = "command-line"
    ENVIRONMENT = "environment"
    USER = "user"
    MACHINE = "machine"
    DEFAULT = "default"


LOCKING = frozenset({Source.MACHINE_POLICY, Source.USER_POLICY})


class SiteSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is set besides the screen's settings. Folders and addresses; empty: the program's own choice.

    ``models_url`` is a mirror for speech models; ``keyring``: keep the store's key in the operating system's; ``proxy``
    is a URL, or ``direct``, or nothing, which leaves it to the environment.
    """

    data: str = ""
    models: str = ""
    models_url: str = ""
    keyring: bool = True
    proxy: str = ""


Values = Mapping[str, Any]
_TYPES = {
    field.name: (field.type, field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory())
    for kind in (Settings, SiteSettings)
    for field in msgspec.structs.fields(kind)
}
NAMES: tuple[str, ...] = tuple(_TYPES)
"""Every setting that exists: the screen's (``desktop.settings``) and the site's."""


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value, who decided it, and what was said elsewhere and not obeyed, with the reason."""

    name: str
    value: Any
    source: Source
    ignored: tuple[str, ...] = ()

    @property
    def locked(self) -> bool:
        """A policy decided: nobody else can."""
        return self.source in LOCKING


class Registry(Protocol):
    """What is read of Windows' registry: the named values of a key; none when the key is not there."""

    def values(self, hive: str, key: str) -> Values: ...


@dataclass(frozen=True, slots=True)
class Resolved:
    """All settings of this run."""

    values: Mapping[str, Value]

    @property
    def locked(self) -> frozenset[str]:
        """The names that a policy decides."""
        return frozenset(name for name, value in self.values.items() if value.locked)

    def settings(self) -> Settings:
        """The screen's part."""
        return Settings(**{field.name: self.values[field.name].value for field in msgspec.structs.fields(Settings)})

    def site(self) -> SiteSettings:
        """The site's part."""
        names = [field.name for field in msgspec.structs.fields(SiteSettings)]
        return SiteSettings(**{name: self.values[name].value for name in names})


def resolve(layers: Mapping[Source, Values]) -> Resolved:
    """The strongest layer that says something sensible wins, setting by setting."""
    return Resolved({name: _decide(name, layers) for name in NAMES})


def _decide(name: str, layers: Mapping[Source, Values]) -> Value:
    kind, default = _TYPES[name]
    ignored: list[str] = []
    for source in Source:
        given = layers.get(source, {})
        if name not in given:
            continue
        try:
            return Value(name, msgspec.convert(_plain(given[name], kind), kind), source, tuple(ignored))
        except (msgspec.ValidationError, ValueError) as wrong:
            ignored.append(f"{source}: {given[name]!r}: {wrong}")
    return Value(name, default, Source.DEFAULT, tuple(ignored))


def _plain(value: Any, kind: Any) -> Any:
    """Registry and environment know only texts: 0, 1 and JSON stand for what is none."""
    if kind is bool and not isinstance(value, bool):
        return {"0": False, "1": True, "false": False, "true": True}[str(value).lower()] if _is_truth(value) else value
    if kind is float and isinstance(value, str):
        return float(value)
    if isinstance(value, str) and get_origin(kind) is dict:
        return json.loads(value)
    return value


def _is_truth(value: Any) -> bool:
    return str(value).lower() in {"0", "1", "false", "true"}


def layers(
    *, platform: str = sys.platform, etc: Path = ETC, registry: Registry | None = None, login: str | None = None
) -> dict[Source, Values]:
    """What policies and machine say on this system; a file that cannot be read raises PolicyUnreadable."""
    if platform == "win32":
        found = registry or _windows_registry()
        return {
            Source.MACHINE_POLICY: _lower(found.values("HKLM", POLICY_KEY)),
            Source.USER_POLICY: _lower(found.values("HKCU", POLICY_KEY)),
            Source.MACHINE: _lower(found.values("HKLM", MACHINE_KEY)),
        }
    person = etc / "policy-users" / f"{Path(login or getpass.getuser()).name}.json"
    return {
        Source.MACHINE_POLICY: _file(etc / "policy.json"),
        Source.USER_POLICY: _file(person),
        Source.MACHINE: _file(etc / "config.json"),
    }


class PolicyUnreadable(Exception):
    """A policy or machine file is there and cannot be obeyed: working on without it could undo what IT locked."""


def _file(path: Path) -> Values:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as wrong:
        raise PolicyUnreadable(f"{path}: {wrong}") from wrong
    if not isinstance(found, dict):
        raise PolicyUnreadable(f"{path}: an object with settings is needed")
    return found


def _lower(values: Values) -> Values:
    """Registry names are written like ``ServerUrl`` by nobody twice alike: case and underscores do not count."""
    known = {name.replace("_", ""): name for name in NAMES}
    return {known.get(name.lower().replace("_", ""), name.lower()): value for name, value in values.items()}


def _windows_registry() -> Registry:
    from desktop.windows_registry import WindowsRegistry  # noqa: PLC0415  only Windows has one

    return WindowsRegistry()


class Kept:
    """A person's own choices, over what policies and machine say: what ``SettingsFile`` is without them.

    Only what the person changed is written, so that a later change of the machine's defaults still arrives.
    """

    def __init__(self, path: Path, below: Mapping[Source, Values]) -> None:
        """``below`` is what all others say; see ``layers``."""
        self._path = path
        self._below = below
        self._own: dict[str, Any] = {}
        self._shown: dict[str, Any] = {}

    @property
    def resolved(self) -> Resolved:
        """All settings, with who decided each."""
        return resolve({**self._below, Source.USER: self._own})

    @property
    def locked(self) -> frozenset[str]:
        """The settings that a person cannot change."""
        return self.resolved.locked

    def load(self) -> Settings:
        """The settings that are in force; a damaged file is set aside, and the others' word counts."""
        SettingsFile(self._path).load()
        self._own = dict(_file(self._path))
        settings = self.resolved.settings()
        self._shown = msgspec.to_builtins(settings)
        return settings

    def save(self, settings: Settings) -> None:
        """Keep what changed since ``load`` as the person's choice; a locked setting stays what it is."""
        told, locked = msgspec.to_builtins(settings), self.locked
        changed = {name: value for name, value in told.items() if value != self._shown[name] and name not in locked}
        self._own |= changed
        self._shown |= changed
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(self._own, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        beside.replace(self._path)
