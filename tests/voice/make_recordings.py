"""How were the spoken demo dialogues and test clips made? With espeak-ng and flite, room noise added; run it to remake.

    python tests/voice/make_recordings.py

Needs the Debian packages espeak-ng and flite. The same seeds give the same sound.
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from voice.hearing.resample import resample

ROOT = Path(__file__).resolve().parents[2]
RATE = 16000
ROOM = 0.0015
"""RMS of the room's noise; speech peaks at 0.5: about 35 dB below."""

Samples = NDArray[np.float32]


def flite(voice: str, text: str) -> Samples:
    return _made(["flite", "-voice", voice, "-t", text, "-o"])


def espeak(voice: str, text: str, speed: int = 150) -> Samples:
    return _made(["espeak-ng", "-v", voice, "-s", str(speed), text, "-w"])


def _made(command: list[str]) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run([*command, str(path)], check=True)
        sound, rate = soundfile.read(path, dtype="float32")
    speech = resample(sound, int(rate), RATE)
    return np.asarray(0.5 * speech / np.abs(speech).max(), dtype=np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def in_a_room(parts: list[Samples], seed: int, noise: float = ROOM) -> Samples:
    """The parts one after the other, with a soft hum and hiss under them."""
    sound = np.concatenate(parts)
    random = np.random.default_rng(seed)
    at = np.arange(len(sound)) / RATE
    hum = 0.4 * noise * np.sin(2 * np.pi * 50 * at)
    return (sound + hum + noise * random.normal(size=len(sound))).astype(np.float32)


def write(path: Path, sound: Samples) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound, RATE, format="OGG", subtype="OPUS")


def dialogues() -> dict[str, Samples]:
    """The two spoken dialogues of the demo: wake word, command, a pause for the read-back, confirmation.

    The English voice is the one that was understood best of eighteen when noise was added.
    """
    english = [
        silence(0.6),
        espeak("en-us", "hello desk"),
        silence(1.2),
        espeak("en-us", "intercept order four seven one two, wrong address"),
        silence(2.0),
        espeak("en-us", "confirm"),
        silence(1.2),
    ]
    voice = "cmn-latn-pinyin+f2"
    mandarin = [
        silence(0.6),
        espeak(voice, "xiao3cang1", 140),
        silence(1.2),
        espeak(voice, "lan2jie2 ding4dan1 ba1 san1 liu4 wu3 que1huo4", 140),
        silence(2.0),
        espeak(voice, "que4ren4", 140),
        silence(1.2),
    ]
    return {"intercept_en": in_a_room(english, 1), "intercept_zh": in_a_room(mandarin, 2)}


def clips() -> dict[str, Samples]:
    """Sounds for the tests: other verbs, answers, and speech that is not for the desk."""

    def said(*parts: Samples) -> list[Samples]:
        return [silence(0.5), *parts, silence(0.8)]

    pinyin = "cmn-latn-pinyin+m2"
    return {
        "release_en": in_a_room(
            said(
                flite("slt", "release order four seven one two"),
                silence(2.0),
                flite("slt", "confirm one two"),
            ),
            3,
        ),
        "reassign_zh": in_a_room(
            said(
                espeak(pinyin, "zhuan3dan1 ba1 san1 liu4 wu3 zhuan3gei3 dong1cang1", 140),
                silence(2.0),
                espeak(pinyin, "que4ren4 liu4 wu3", 140),
            ),
            4,
        ),
        "cancel_en": in_a_room(
            said(
                flite("slt", "intercept order four seven one two wrong address"),
                silence(2.0),
                flite("slt", "cancel"),
            ),
            5,
        ),
        "foreign_de": in_a_room(
            said(espeak("de", "Guten Morgen, wie geht es Ihnen heute? Das Wetter ist schön."), silence(0.7)), 6
        ),
        "foreign_en": in_a_room(
            said(flite("slt", "the quick brown fox jumps over the lazy dog while nobody is watching it"), silence(0.7)),
            7,
        ),
    }


def main() -> None:
    for name, sound in dialogues().items():
        write(ROOT / "resources" / "recordings" / f"{name}.ogg", sound)
    for name, sound in clips().items():
        write(ROOT / "tests" / "voice" / "audio" / f"{name}.ogg", sound)


if __name__ == "__main__":
    main()
