"""Where does a machine without a sound card get microphones from? A PulseAudio of its own has null sinks."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile

from tests.patience import PATIENCE_S

START_SECONDS = 20.0
_ALSA = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n"


class Pulse:
    """A sound server on a socket of its own; what is played into a headset is what its microphone hears.

    What programs play goes to a loudspeaker that no microphone hears.

    A context manager. ``environment`` is what a process needs so that PortAudio finds it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        # A socket's path must be short, and pytest's folders are long.
        self._home = tempfile.TemporaryDirectory(prefix="pulse-")
        home = Path(self._home.name)
        self._socket = home / "native"
        (home / "alsa.conf").write_text(_ALSA, encoding="ascii")
        own = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(home), "PULSE_SERVER": f"unix:{self._socket}"}
        own |= {"ALSA_CONFIG_PATH": str(home / "alsa.conf"), "PULSE_RUNTIME_PATH": str(home / "run")}
        self.environment = os.environ | own | {"PULSE_STATE_PATH": str(home / "state")}
        self._folder = folder
        self._modules: dict[str, str] = {}
        self._rooms: dict[str, subprocess.Popen[bytes]] = {}
        self._log = (folder / "pulseaudio.log").open("w", encoding="utf-8")
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        script = self._folder / "start.pa"
        script.write_text(
            f"load-module module-native-protocol-unix socket={self._socket} auth-anonymous=1\n"
            "load-module module-null-sink sink_name=loudspeaker\nset-default-sink loudspeaker\n"
        )
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "-F", str(script)]
        self._server = subprocess.Popen(command, env=self.environment, stdout=self._log, stderr=self._log)
        pause = threading.Event()
        for _ in range(int(START_SECONDS / 0.05)):
            if self._socket.exists():
                return self
            pause.wait(0.05)
        raise TimeoutError(f"PulseAudio does not start: {(self._folder / 'pulseaudio.log').read_text()}")

    def plug(self, name: str, *, rate: int = 16000, channels: int = 1) -> None:
        """Connect a headset of this sampling rate in Hz; one that is there stays as it is."""
        if name in self._modules:
            return
        what = f"sink_name={name} rate={rate} channels={channels}"
        self._modules[name] = self._control("load-module", "module-null-sink", *what.split()).strip()
        command = ["paplay", f"--device={name}", str(self._room())]
        self._rooms[name] = subprocess.Popen(command, env=self.environment, stdout=self._log, stderr=self._log)

    def name_microphone(self, headset: str, title: str, *, rate: int) -> None:
        """The headset's microphone as desktop systems show it: a source of its own with a title."""
        what = f"master={headset}.monitor source_name={headset}-mic rate={rate} channels=1"
        self._control(
            "load-module", "module-remap-source", *what.split(), f"source_properties=device.description={title}"
        )

    @contextmanager
    def echo_cancelled(self, headset: str) -> Iterator[None]:
        """With the system's echo canceller before that microphone."""
        what = f"source_master={headset}-mic sink_master=loudspeaker source_name={headset}-mic.echo-cancel"
        module = self._control("load-module", "module-echo-cancel", *what.split()).strip()
        yield
        self._control("unload-module", module)

    def unplug(self, name: str) -> None:
        """Pull it out: its microphone is gone at once."""
        self._control("unload-module", self._modules.pop(name))
        _end(self._rooms.pop(name))

    def use(self, name: str) -> None:
        """Make it the system's default microphone."""
        self._control("set-default-source", f"{name}.monitor")

    def say(self, name: str, text: str, *, voice: str = "en-us", speed: int = 150) -> None:
        """A synthetic voice into the headset's microphone, to its end."""
        self.play(name, spoken(self._folder, text, voice, speed))

    @contextmanager
    def saying(self, name: str, text: str, *, seconds: float) -> Iterator[None]:
        """Begin a sentence; what is done inside happens so long after its beginning."""
        command = ["paplay", f"--device={name}", str(spoken(self._folder, text, "en-us", 150))]
        speech = subprocess.Popen(command, env=self.environment, stdout=self._log, stderr=self._log)
        threading.Event().wait(seconds)
        yield
        speech.wait(PATIENCE_S)

    def play(self, name: str, sound: Path) -> None:
        """A file into the headset's microphone, to its end."""
        subprocess.run(["paplay", f"--device={name}", str(sound)], env=self.environment, check=True, timeout=PATIENCE_S)

    def keep_playing(self, name: str, sound: Path) -> None:
        """A file into the headset's microphone instead of the quiet room, while the server runs."""
        _end(self._rooms[name])
        command = ["paplay", f"--device={name}", str(sound)]
        self._rooms[name] = subprocess.Popen(command, env=self.environment, stdout=self._log, stderr=self._log)

    def _room(self) -> Path:
        """Ten minutes of a quiet room: a microphone that hears nothing but zeros is taken for a broken one."""
        made = self._folder / "room.wav"
        if not made.exists():
            soft = np.random.default_rng(1).normal(scale=50, size=600 * 16000).astype(np.int16)
            soundfile.write(made, soft, 16000, subtype="PCM_16")
        return made

    def _control(self, *words: str) -> str:
        done = subprocess.run(
            ["pactl", *words], env=self.environment, check=True, capture_output=True, text=True, timeout=PATIENCE_S
        )
        return done.stdout

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (*self._rooms.values(), self._server):
            if process is not None:
                _end(process)
        self._log.close()
        self._home.cleanup()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(PATIENCE_S)


def spoken(folder: Path, text: str, voice: str, speed: int) -> Path:
    """A WAV file with a sentence, half as loud as can be, and a short silence before and after."""
    name = "".join(letter if letter.isalnum() else "-" for letter in f"{voice} {text}")
    made = folder / f"{name}.wav"
    if not made.exists():
        raw = folder / f"{name}.raw.wav"
        subprocess.run(
            ["espeak-ng", "-v", voice, "-s", str(speed), text, "-w", str(raw)], check=True, timeout=PATIENCE_S
        )
        sound, rate = soundfile.read(raw, dtype="float32")
        soundfile.write(made, 0.5 * sound / abs(sound).max(), rate, subtype="PCM_16")
    return made
