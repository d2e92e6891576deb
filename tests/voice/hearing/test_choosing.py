"""The microphone that is meant, on lists of devices as Windows, ALSA, PulseAudio and PipeWire give them."""

import json

import pytest

from voice.hearing.choosing import Input, Source, device, names, source
from voice.hearing.pulse import sources as pulse_sources

JABRA, ARRAY = "Headset Microphone (Jabra Evolve 65)", "Microphone Array (Realtek(R) Audio)"
WINDOWS = (
    Input(0, "Microsoft Sound Mapper - Input", "MME", 44100),
    Input(1, "Microphone Array (Realtek(R) Au", "MME", 44100),
    Input(2, "Headset Microphone (Jabra Evolv", "MME", 44100),
    Input(5, "Primary Sound Capture Driver", "Windows DirectSound", 44100),
    Input(6, ARRAY, "Windows DirectSound", 44100),
    Input(7, JABRA, "Windows DirectSound", 44100),
    Input(11, ARRAY, "Windows WASAPI", 48000),
    Input(12, JABRA, "Windows WASAPI", 16000),
    Input(15, "Microphone Array 1 (Realtek HD Audio Mic Array input)", "Windows WDM-KS", 48000),
)
ALSA = (
    Input(0, "HDA Intel PCH: ALC295 Analog (hw:0,0)", "ALSA", 44100),
    Input(4, "Jabra EVOLVE LINK: USB Audio (hw:1,0)", "ALSA", 16000),
    Input(5, "sysdefault", "ALSA", 48000),
    Input(9, "samplerate", "ALSA", 44100),
    Input(12, "pulse", "ALSA", 44100),
    Input(15, "default", "ALSA", 44100),
)
MAC = (Input(0, "MacBook Pro Microphone", "Core Audio", 48000), Input(2, "AirPods Pro", "Core Audio", 24000))
SERVER = (
    Source("alsa_output.pci-0000_00_1f.3.analog-stereo.monitor", "Monitor of Built-in Audio", 44100, monitor=True),
    Source("alsa_input.pci-0000_00_1f.3.analog-stereo", "Built-in Audio Analog Stereo", 44100),
    Source("bluez_input.2C_12_8A.headset-head-unit", "Jabra Evolve 65", 8000),
)
CANCELLED = Source("echo-cancel-source", "Echo-Cancel Source", 32000, phone=True)


@pytest.mark.parametrize(
    ("inputs", "sources", "offered"),
    [
        (WINDOWS, (), (ARRAY, JABRA)),
        (WINDOWS[:3], (), tuple(it.name for it in WINDOWS[:3])),
        (ALSA, (), (ALSA[0].name, ALSA[1].name, "pulse", "default")),
        (ALSA, SERVER, ("Built-in Audio Analog Stereo", "Jabra Evolve 65")),
        (MAC, (), ("MacBook Pro Microphone", "AirPods Pro")),
        ((), (), ()),
    ],
    ids=["windows", "only MME", "ALSA alone", "PulseAudio or PipeWire", "macOS", "none"],
)
def test_each_microphone_is_offered_once(
    inputs: tuple[Input, ...], sources: tuple[Source, ...], offered: tuple[str, ...]
) -> None:
    assert names(inputs, sources) == offered


@pytest.mark.parametrize(
    ("inputs", "wanted", "number"),
    [
        (WINDOWS, JABRA, 12),
        (WINDOWS, "Headset Microphone (2- Jabra Evolve 65)", 12),
        (WINDOWS[:6], JABRA, 7),
        (WINDOWS[:3], JABRA, 2),
        (WINDOWS, "Headset Microphone (Jabra Evolv", 2),
        (WINDOWS, "Microphone Array 1 (Realtek HD Audio Mic Array input)", 15),
        (ALSA, "Jabra EVOLVE LINK: USB Audio (hw:3,0)", 4),
        (ALSA, "pulse", 12),
        (MAC, "AirPods Pro", 2),
        (WINDOWS, "Webcam", None),
        (WINDOWS, None, None),
        ((), JABRA, None),
    ],
)
def test_a_microphone_is_found_by_its_name_wherever_it_is_plugged_in(
    inputs: tuple[Input, ...], wanted: str | None, number: int | None
) -> None:
    found = device(inputs, wanted)
    assert (found and found.number) == number


def test_with_a_sound_server_everything_comes_by_it() -> None:
    by_server = device(ALSA, "Jabra Evolve 65", SERVER)
    assert by_server is not None
    assert by_server.name == "pulse"
    assert device(MAC, None, SERVER) is None


@pytest.mark.parametrize(
    ("sources", "wanted", "chosen"),
    [
        (SERVER, None, ""),
        ((*SERVER, CANCELLED), None, "echo-cancel-source"),
        ((*SERVER, CANCELLED), "Jabra Evolve 65", SERVER[2].name),
        (SERVER, SERVER[2].name, SERVER[2].name),
        (SERVER, "AirPods", ""),
        ((Source("echo-cancel-sink.monitor", "Monitor", 1, monitor=True, phone=True),), None, ""),
    ],
)
def test_a_source_is_chosen_by_name_and_by_role_the_echo_cancellers(
    sources: tuple[Source, ...], wanted: str | None, chosen: str
) -> None:
    assert source(sources, wanted) == chosen


def test_what_pactl_tells_becomes_sources() -> None:
    told = [
        {
            "name": "jabra.echo-cancel",
            "description": "Jabra (echo cancelled with Speakers)",
            "sample_specification": "float32le 1ch 32000Hz",
            "properties": {"device.intended_roles": "phone", "device.class": "filter"},
        },
        {"name": "x.monitor", "sample_specification": "s16le 2ch 44100Hz", "properties": {"device.class": "monitor"}},
        {"name": "bluez_input.1", "description": "Buds", "sample_specification": "s16le 1ch 8000Hz"},
        {"description": "nameless"},
    ]
    assert pulse_sources(lambda: json.dumps(told)) == (
        Source("jabra.echo-cancel", "Jabra (echo cancelled with Speakers)", 32000, phone=True),
        Source("x.monitor", "x.monitor", 44100, monitor=True),
        Source("bluez_input.1", "Buds", 8000),
    )


@pytest.mark.parametrize("told", ["", "Connection failure: Connection refused"])
def test_without_a_server_there_are_no_sources(told: str) -> None:
    assert pulse_sources(lambda: told) == ()
