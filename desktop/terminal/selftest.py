"""Does this installation work by itself? Every part it brings is really used once, without server or microphone.

Meant for frozen programs: the build's smoke test, and IT after a roll-out. ``doctor`` looks at the site instead.
"""

import faulthandler
import platform
import ssl
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

import resources
from desktop.terminal import texts
from desktop.translator import LANGUAGES, load
from sync.client.api import CentralApi
from sync.client.trust import system_trust
from sync.errors import StoreDamaged
from sync.service import Desk
from sync.store.database import MINIMUM_SQLITE, DatabaseKey, connect, one
from sync.store.outbox import Outbox
from sync.version import VERSION
from sync.workstation import Workstation
from voice import models
from voice.hearing.wav import Recording
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session

SECONDS = 120.0
"""A self-test that hangs is ended after so long, with the stack of every thread on stderr."""
NOWHERE = "http://127.0.0.1:9"
SPOKEN = {Language.EN: "intercept order four seven one two wrong address", Language.ZH: "拦截订单八三六五缺货"}
"""What the recordings in ``resources/recordings`` say between the wake word and the confirmation."""
LONGEST_SHOW_MS = 5000
"""How long the window may take to draw itself once."""


class PartFailed(Exception):
    """A part of the installation does not do what it is there for; the message says what was found instead."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part: whether it works, what was found, and how long it took."""

    part: str
    ok: bool
    found: dict[str, str]
    seconds: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``exception-desk --selftest`` prints as JSON."""

    ok: bool
    version: str
    frozen: bool
    python: str
    system: str
    parts: tuple[Part, ...]


Found = dict[str, str]


def run(site_models: tuple[Path, ...], out: Callable[[str], object]) -> int:
    """Try every part and write the report as JSON; 0 when all work, else 1. Ends the process when it hangs."""
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    try:
        report = examine(site_models)
    finally:
        faulthandler.cancel_dump_traceback_later()
    out(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
    return 0 if report.ok else 1


def examine(site_models: tuple[Path, ...]) -> Report:
    """Try every part in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="exception-desk-selftest-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        tried = [_try(part, work, folder) for part, work in _PARTS.items()]
        if any(map(models.entries, site_models)):
            tried.append(_try("site-models", lambda _at: _site_models(site_models), folder))
    return Report(
        ok=all(part.ok for part in tried),
        version=VERSION,
        frozen=bool(getattr(sys, "frozen", False)),
        python=platform.python_version(),
        system=platform.platform(),
        parts=tuple(tried),
    )


def _try(part: str, work: Callable[[Path], Found], folder: Path) -> Part:
    began = time.monotonic()
    at = folder / part
    at.mkdir()
    try:
        ok, found = True, work(at)
    except Exception as fault:  # noqa: BLE001  whatever is wrong with this part is the finding
        ok, found = False, {"fault": f"{type(fault).__name__}: {fault}"}
    return Part(part=part, ok=ok, found=found, seconds=round(time.monotonic() - began, 2))


def _expect(so: bool, otherwise: str) -> None:
    if not so:
        raise PartFailed(otherwise)


def _resources(_at: Path) -> Found:
    screens, lines = [load(language) for language in LANGUAGES], [texts.load(language) for language in LANGUAGES]
    _expect(len({words.keys for words in screens}) == 1, "the languages of the screen do not have the same texts")
    _expect(len({words.keys for words in lines}) == 1, "the languages of the command line do not have the same texts")
    named = [entry for entry in models.entries(models.embedded_folder()) if entry.kind == "embedded"]
    _expect({entry.language for entry in named} == set(Language), "a language has no embedded speech model")
    resources.path("icons", "exception-desk.svg")
    return {"languages": " ".join(LANGUAGES), "texts": str(len(screens[0].keys) + len(lines[0].keys))}


def _store(at: Path) -> Found:
    with Workstation(at, lambda: 0, use_keyring=False) as workstation:
        workstation.outbox.put_fact("selftest", "customer name that must not be readable")
    key = DatabaseKey((at / "store.key").read_text(encoding="ascii").strip())
    connection = connect(at / "outbox.db", key, "FULL")
    version = str(one(connection, "SELECT sqlite_version()"))
    cipher = str(one(connection, "PRAGMA cipher_version"))
    connection.close()
    _expect(tuple(map(int, version.split("."))) >= MINIMUM_SQLITE, f"SQLite {version} is too old")
    stored = b"".join(file.read_bytes() for file in at.glob("outbox.db*"))
    _expect(b"SQLite format 3" not in stored and b"customer name" not in stored, "the store is not encrypted")
    try:
        Outbox(at / "outbox.db", DatabaseKey("0" * 64), lambda: 0).close()
    except StoreDamaged:
        return {"sqlite": version, "sqlcipher": cipher}
    raise PartFailed("the store opens with another key")


def _tls(_at: Path) -> Found:
    context = system_trust()
    _expect(context.verify_mode is ssl.CERT_REQUIRED, "certificates are not checked")
    _expect(context.check_hostname, "host names are not checked")
    return {"openssl": ssl.OPENSSL_VERSION, "context": type(context).__module__}


def _portaudio(_at: Path) -> Found:
    import sounddevice  # noqa: PLC0415  raises OSError without PortAudio: that is what is tried here

    return {"portaudio": str(sounddevice.get_portaudio_version()[1])}


def _keyring(_at: Path) -> Found:
    import keyring.backend  # noqa: PLC0415  slow

    names = sorted(
        type(each).__module__.removeprefix("keyring.backends.") for each in keyring.backend.get_all_keyring()
    )
    _expect(bool(names), "no keyring backend was found, not even the one that fails")
    return {"backends": " ".join(names)}


def _window(at: Path) -> Found:
    from desktop.terminal.selftest_window import show_once  # noqa: PLC0415  Qt is not needed by the other parts

    with Workstation(at, _now, use_keyring=False) as workstation:
        desk = Desk(workstation, CentralApi(NOWHERE, language=lambda: "en"), now=_now)
        try:
            return show_once(desk, LONGEST_SHOW_MS)
        finally:
            desk.stop()


def _english(at: Path) -> Found:
    return hear(Language.EN, at, ())


def _mandarin(at: Path) -> Found:
    return hear(Language.ZH, at, ())


def hear(language: Language, at: Path, site_models: tuple[Path, ...]) -> Found:
    """The recorded command of a language through voice activity, recogniser, grammar and parser; raises PartFailed."""
    recording = resources.path("recordings", f"intercept_{language}.ogg")
    with Workstation(at, _now, use_keyring=False) as workstation:
        desk = Desk(workstation, CentralApi(NOWHERE, language=lambda: language), now=_now)
        session = Session(desk, Equipment(site_models=site_models), language=language)
        try:
            steps = session.hear(Recording(recording))
        finally:
            session.stop()
            desk.stop()
    heard = [step.text for step in steps if step.kind == "heard"]
    wanted = SPOKEN[language].replace(" ", "")
    _expect(any(text.replace(" ", "") == wanted for text in heard), f"heard {heard} instead of {SPOKEN[language]!r}")
    return {"heard": " / ".join(heard)}


def _site_models(folders: tuple[Path, ...]) -> Found:
    loaded = [
        models.load_folder(folder / entry.name, entry).name for folder in folders for entry in models.entries(folder)
    ]
    return {"models": " ".join(loaded)}


def _now() -> int:
    return time.time_ns() // 1_000_000


def _program(_at: Path) -> Found:
    return {"executable": sys.executable}


_PARTS: dict[str, Callable[[Path], Found]] = {
    "program": _program,
    "resources": _resources,
    "store": _store,
    "tls": _tls,
    "portaudio": _portaudio,
    "keyring": _keyring,
    "window": _window,
    "speech-en": _english,
    "speech-zh": _mandarin,
}
