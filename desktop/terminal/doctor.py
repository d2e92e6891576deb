"""Is this workstation fit for work? Server, certificate, clock, store, models, microphone, speech: each with advice."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from desktop.policy import Value
from desktop.terminal.site import Site
from desktop.translator import LANGUAGES, Translator
from sync.client.api import CentralApi
from sync.client.transport import without_password
from sync.errors import (
    AlreadyRunning,
    Answered,
    CentralUnreachable,
    CertificateRefused,
    MalformedAnswer,
    StoreError,
    StoreFull,
    StoreTooNew,
    WrongServer,
)
from sync.store.salvaged import Salvage
from sync.wire.messages import API_VERSION, Meta
from sync.workstation import Workstation
from voice.errors import ModelError, ProcessLost, RecogniserLost
from voice.hearing.devices import microphone_names
from voice.hearing.recognition import Hearing, Recognition
from voice.language import Language as VoiceLanguage

_OF_SETTING = ("name", "value", "source")
State = Literal["ok", "warning", "failed"]
CLOCK_WARNING_MS = 5_000
CLOCK_FAILED_MS = 60_000
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. ``key`` names the words: what was found, and under ``<key>_do`` what to do about it."""

    check: str
    state: State
    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def said(self, texts: Translator) -> str:
        return texts.text(f"doctor.{self.check}.{self.key}", **self.values)

    def advice(self, texts: Translator) -> str:
        name = f"doctor.{self.check}.{self.key}_do"
        return texts.text(name, **self.values) if texts.has(name) else ""


def examine(site: Site, speech: Callable[[], dict[str, int]], tell: Callable[[Finding], None]) -> list[Finding]:
    """Run every check in turn and ``tell`` each finding at once. ``speech`` gives the number of voices per language."""
    found: list[Finding] = []

    def note(*findings: Finding) -> None:
        for finding in findings:
            found.append(finding)
            tell(finding)

    note(*(_setting(value) for value in site.decided))
    note(*_central(site))
    note(_store(site))
    note(*_models(site))
    note(_microphone())
    note(*(_voice(language, count) for language, count in speech().items()))
    return found


def _setting(value: Value) -> Finding:
    """What a setting is and who decided it; a warning when somebody else's word made no sense."""
    values = {
        "name": value.name,
        "value": without_password(value.value) if value.name == "proxy" else value.value,
        "source": value.source.value,
        "detail": "; ".join(value.ignored),
    }
    return Finding(
        "setting", "warning" if value.ignored else "ok", "ignored" if value.ignored else value.source, values
    )


def _central(site: Site) -> tuple[Finding, ...]:
    try:
        meta, began, ended = _ask(site)
    except (CentralUnreachable, MalformedAnswer, Answered) as fault:
        return (_server_fault(site, fault),)
    return _server(site, meta), _certificate(site), _clock(meta.server_time - (began + ended) // 2)


def _ask(site: Site) -> tuple[Meta, int, int]:
    api = CentralApi(site.server, language=lambda: site.language, proxy=site.proxy)
    try:
        began = time.time_ns() // 1_000_000
        meta = api.meta()
        return meta, began, time.time_ns() // 1_000_000
    finally:
        api.close()


def _server_fault(site: Site, fault: Exception) -> Finding:
    key = "unreachable"
    if isinstance(fault, CertificateRefused):
        return Finding("certificate", "failed", "refused", {"server": site.server, "detail": fault})
    if isinstance(fault, WrongServer | MalformedAnswer | Answered):
        key = "wrong"
    return Finding("server", "failed", key, {"server": site.server, "detail": fault})


def _server(site: Site, meta: Meta) -> Finding:
    values = {"server": site.server, "name": meta.name, "lowest": meta.api_min, "highest": meta.api_max}
    if not meta.api_min <= API_VERSION <= meta.api_max:
        return Finding("server", "failed", "version", values)
    return Finding("server", "ok", "ok", values)


def _certificate(site: Site) -> Finding:
    parts = urlsplit(site.server)
    if parts.scheme == "https":
        return Finding("certificate", "ok", "ok", {"library": ssl.OPENSSL_VERSION})
    if parts.hostname in _LOOPBACK:
        return Finding("certificate", "ok", "loopback")
    return Finding("certificate", "warning", "plain", {"server": site.server})


def _clock(ahead_ms: int) -> Finding:
    """``ahead_ms``: how far the central's clock is ahead of ours."""
    off, values = abs(ahead_ms), {"seconds": f"{abs(ahead_ms) / 1000:.1f}"}
    if off < CLOCK_WARNING_MS:
        return Finding("clock", "ok", "ok", values)
    return Finding("clock", "warning" if off < CLOCK_FAILED_MS else "failed", "off", values)


def _store(site: Site) -> Finding:
    values: dict[str, Any] = {"folder": site.folder}
    try:
        with Workstation(site.folder, lambda: time.time_ns() // 1_000_000, use_keyring=site.use_keyring) as workstation:
            values["unsent"] = workstation.outbox.unsent()
            if workstation.salvage is not None:
                return _salvaged(workstation.salvage, values)
            return Finding("store", "ok", "ok", values)
    except AlreadyRunning:
        return Finding("store", "ok", "in_use", values)
    except StoreFull as fault:
        return Finding("store", "failed", "full", values | {"detail": fault})
    except StoreTooNew as fault:
        return Finding("store", "failed", "too_new", values | {"detail": fault})
    except StoreError as fault:
        return Finding("store", "failed", "damaged", values | {"detail": fault})


def _salvaged(salvage: Salvage, values: dict[str, Any]) -> Finding:
    """What of a damaged queue came back at this start; the program tells the next person who signs in, too."""
    values |= {"aside": salvage.aside, "recovered": salvage.recovered, "lost": len(salvage.lost)}
    key = "blind" if salvage.blind else "set_aside" if salvage.aside else "mended"
    return Finding("store", "warning", key, values)


def _models(site: Site) -> tuple[Finding, ...]:
    """Loaded in a process of their own: a broken model may take that with it, and is told all the same."""
    recognition = Recognition()
    try:
        return tuple(_model(site, VoiceLanguage(language), recognition) for language in LANGUAGES)
    finally:
        recognition.stop()


def _model(site: Site, language: VoiceLanguage, recognition: Recognition) -> Finding:
    values: dict[str, Any] = {"language": language.value}
    try:
        hearing = Hearing(recognition, language, site.models)
        hearing.can_hear(())
    except (ModelError, RecogniserLost) as fault:
        return Finding("model", "failed", "broken", values | {"detail": fault})
    values |= {"title": hearing.entry.title, "words": hearing.entry.words}
    if hearing.entry.kind == "embedded":
        return Finding("model", "warning", "embedded", values)
    return Finding("model", "ok", "ok", values)


def _microphone() -> Finding:
    try:
        names = microphone_names()
    except ProcessLost as fault:
        return Finding("microphone", "warning", "none", {"detail": fault})
    return Finding("microphone", "ok" if names else "warning", "ok" if names else "absent", {"name": ", ".join(names)})


def _voice(language: str, count: int) -> Finding:
    values = {"language": language, "count": count}
    return Finding("speech", "ok" if count else "warning", "ok" if count else "none", values)


def printed(finding: Finding, texts: Translator) -> str:
    """A finding as one or two lines for people."""
    title, state = texts.text(f"doctor.{finding.check}.title"), texts.text(f"doctor.{finding.state}")
    advice = finding.advice(texts)
    below = f"\n    → {texts.text('doctor.do')}: {advice}" if advice and finding.state != "ok" else ""
    return f"[{state}] {title}: {finding.said(texts)}{below}"


def _is_raw(finding: Finding) -> bool:
    """What the system itself says of its sound: for scripts and support, people are told what to do."""
    return finding.check == "microphone" and "detail" in finding.values


def as_json(finding: Finding, texts: Translator) -> dict[str, str]:
    """A finding for scripts: check and state are stable, the texts are in the language asked for."""
    return {
        "check": finding.check,
        "state": finding.state,
        "what": finding.key,
        "said": finding.said(texts),
        "advice": finding.advice(texts),
        **({name: str(finding.values[name]) for name in _OF_SETTING} if finding.check == "setting" else {}),
        **({"detail": str(finding.values["detail"])} if _is_raw(finding) else {}),
    }
