"""Which microphone is meant? By name or by role, on each audio system as it names things; values in, a choice out.

Windows lists each device once per interface, cuts MME's names after 31 letters and numbers a device that was plugged in
elsewhere anew ("2- Jabra"). ALSA puts the card's number into the name and lists converters that are no microphones.
PulseAudio and PipeWire are one device to PortAudio; their sources are chosen by ``PULSE_SOURCE``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SYSTEMS = (
    "Windows WASAPI",
    "Core Audio",
    "PulseAudio",
    "JACK Audio Connection Kit",
    "ALSA",
    "Windows DirectSound",
    "MME",
)
"""Best first: what converts rates, and names devices in full. Windows WDM-KS takes a device away from all others."""
CUT = 31
"""MME's names are this long at most."""
CONVERTERS = frozenset(
    {"sysdefault", "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix", "dmix", "jack", "oss"}
)
"""ALSA plugins without a device of their own."""
SERVERS = ("pulse", "pipewire", "default")
"""How the sound server is called as an ALSA device."""
_PLACE = re.compile(r"\s*\(hw:\d+,\d+\)|(?<=\()\d+- ")


@dataclass(frozen=True, slots=True)
class Input:
    """An input as PortAudio lists it; ``rate`` is its own, in Hz."""

    number: int
    name: str
    system: str
    rate: int


@dataclass(frozen=True, slots=True)
class Source:
    """A source of PulseAudio or PipeWire. ``phone``: made for talking, as an echo canceller's is."""

    name: str
    title: str
    rate: int
    monitor: bool = False
    phone: bool = False


def names(inputs: Sequence[Input], sources: Sequence[Source] = ()) -> tuple[str, ...]:
    """What a person can choose among: each microphone once."""
    if sources:
        return tuple(dict.fromkeys(it.title for it in sources if not it.monitor))
    best = _best_system(inputs)
    return tuple(dict.fromkeys(it.name for it in inputs if it.system == best and not _is_converter(it)))


def device(inputs: Sequence[Input], wanted: str | None, sources: Sequence[Source] = ()) -> Input | None:
    """The input of this name, on the best system that has it; None: the system's default, or nothing of that name.

    Where the sound server is asked, everything comes by it.
    """
    if sources:
        return next((it for name in SERVERS for it in inputs if it.name == name), None)
    if wanted is None:
        return None
    same = [it for it in inputs if _same(it.name, wanted, it.system)]
    ranked = sorted(same, key=lambda it: (it.name != wanted, _rank(it.system)))
    return ranked[0] if ranked else None


def source(sources: Sequence[Source], wanted: str | None) -> str:
    """The source of this title or name; without one the echo canceller's; empty: the server's default."""
    if wanted is not None:
        found = [it.name for it in sources if wanted in (it.title, it.name)]
        return found[0] if found else ""
    return next((it.name for it in sources if it.phone and not it.monitor), "")


def _best_system(inputs: Sequence[Input]) -> str:
    return min((it.system for it in inputs), key=_rank, default="")


def _rank(system: str) -> int:
    return SYSTEMS.index(system) if system in SYSTEMS else len(SYSTEMS)


def _is_converter(it: Input) -> bool:
    return it.system == "ALSA" and it.name in CONVERTERS


def _same(name: str, wanted: str, system: str) -> bool:
    one, other = _PLACE.sub("", name), _PLACE.sub("", wanted)
    if system == "MME" and len(name) >= CUT:
        return other.startswith(one) or wanted.startswith(name)
    return one == other
