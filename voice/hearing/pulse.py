"""Which sources does PulseAudio or PipeWire offer? Asked of ``pactl``; none where there is no such server."""

import json
import re
import subprocess
from collections.abc import Callable
from typing import Any

from voice.hearing.choosing import Source

SECONDS = 5.0
COMMAND = ("pactl", "--format=json", "list", "sources")


def ask() -> str:
    """What ``pactl`` says; empty without it, or without a server."""
    try:
        done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def sources(ask: Callable[[], str] = ask) -> tuple[Source, ...]:
    """Its sources, those included that only repeat what is played (``monitor``)."""
    try:
        told = json.loads(ask() or "[]")
    except ValueError:
        return ()
    return tuple(_source(it) for it in told if it.get("name"))


def _source(told: dict[str, Any]) -> Source:
    own = told.get("properties") or {}
    rate = re.search(r"(\d+)Hz", str(told.get("sample_specification", "")))
    role = str(own.get("device.intended_roles", ""))
    return Source(
        name=str(told["name"]),
        title=str(told.get("description") or told["name"]),
        rate=int(rate[1]) if rate else 0,
        monitor=own.get("device.class") == "monitor" or str(told["name"]).endswith(".monitor"),
        phone="phone" in role.split() or "echo-cancel" in str(told["name"]),
    )
