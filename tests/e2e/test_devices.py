"""Is the right microphone opened on a real sound server? By name, by role, and a headset that gives 8 kHz only."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.e2e.pulse import Pulse
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LISTEN = """
import json, os, sys
import numpy as np
from voice.hearing.microphone import Microphone, microphones
from voice.hearing.source import FRAME_BYTES

microphone = Microphone(json.loads(sys.argv[1]))
microphone.open()
print("open", flush=True)
sound, sizes = b"", set()
for _ in range(400):
    block = microphone.read(1.0)
    if block is not None:
        sizes.add(len(block.pcm))
        sound += block.pcm
    if len(sound) > 40000:
        break
microphone.close()
samples = np.frombuffer(sound, dtype="<i2").astype(float)
loud = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
at = float(np.argmax(loud)) * 16000 / len(samples)
source = os.environ.get("PULSE_SOURCE")
print(json.dumps({"names": microphones(), "pitch": at, "sizes": sorted(sizes), "source": source}))
"""


@pytest.fixture(scope="module")
def pulse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulse]:
    """Two headsets, one of them with 8 kHz, as a Bluetooth one gives while its microphone is open."""
    folder = tmp_path_factory.mktemp("devices")
    with Pulse(folder / "pulse") as pulse:
        for name, title, rate, pitch in (("jabra", "Jabra", 8000, 1000), ("webcam", "Webcam", 48000, 440)):
            pulse.plug(name, rate=rate)
            pulse.name_microphone(name, title, rate=rate)
            hum = 8000 * np.sin(2 * np.pi * pitch * np.arange(60 * 16000) / 16000)
            soundfile.write(folder / f"{name}.wav", hum.astype(np.int16), 16000, subtype="PCM_16")
            pulse.keep_playing(name, folder / f"{name}.wav")
        pulse.use("webcam")
        yield pulse


def listen(pulse: Pulse, device: str | None) -> dict[str, Any]:
    command = [sys.executable, "-c", LISTEN, json.dumps(device)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        command, env=pulse.environment, cwd=root, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_without_a_choice_the_systems_own_microphone_is_heard_and_the_echo_cancellers_where_there_is_one(
    pulse: Pulse,
) -> None:
    before = listen(pulse, None)
    assert (before["source"], before["pitch"]) == (None, pytest.approx(440, abs=5))
    with pulse.echo_cancelled("jabra"):
        assert listen(pulse, None)["source"] == "jabra-mic.echo-cancel"


def test_an_8_khz_headset_is_chosen_by_its_name_and_heard_at_our_rate(pulse: Pulse) -> None:
    heard = listen(pulse, "Jabra")
    assert heard["names"] == ["Jabra", "Webcam"]
    assert heard["pitch"] == pytest.approx(1000, abs=5)
    assert heard["sizes"] == [640]
