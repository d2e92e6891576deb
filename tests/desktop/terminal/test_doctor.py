"""What does the doctor say of a workstation whose queue was damaged?"""

import re
from pathlib import Path

import pytest

from desktop.terminal import doctor
from desktop.terminal.doctor import _store
from desktop.terminal.site import Site
from desktop.terminal.texts import load
from desktop.translator import LANGUAGES
from sync.workstation import Workstation
from tests.sync.samples import NOW, command, order
from voice.errors import ProcessLost


@pytest.mark.parametrize(
    ("damaged", "what", "numbers"),
    [
        (("outbox.db",), "set_aside", ["7", "7", "0"]),
        (("outbox.db", "outbox-second.db"), "blind", ["0"]),
        ((), "ok", ["7"]),
    ],
)
def test_the_doctor_says_how_much_of_a_damaged_queue_came_back(
    tmp_path: Path, damaged: tuple[str, ...], what: str, numbers: list[str]
) -> None:
    with Workstation(tmp_path, lambda: NOW, use_keyring=False) as station:
        for _ in range(7):
            station.outbox.add(lambda n: command(order(), n=n), None)
    for copy in (tmp_path / "copies").glob("*.db"):
        copy.unlink()
    for name in damaged:
        (tmp_path / name).write_bytes(b"garbage" * 2000)
    finding = _store(Site(server="", folder=tmp_path, language="en", use_keyring=False))
    assert (finding.key, finding.state) == (what, "warning" if damaged else "ok")
    for language in LANGUAGES:
        told = re.sub(r"/\S+", "", finding.said(load(language)))
        assert re.findall(r"\d+", told) == numbers
        assert bool(finding.advice(load(language))) == bool(damaged)


def test_what_the_system_says_of_a_sound_that_does_not_answer_is_for_scripts_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lost() -> tuple[str, ...]:
        raise ProcessLost("the process 'voice-devices' hangs")

    monkeypatch.setattr(doctor, "microphone_names", lost)
    finding = doctor._microphone()
    for language in LANGUAGES:
        words = load(language)
        assert "voice-devices" not in doctor.printed(finding, words)
        assert doctor.printed(finding, words).count("→") == 1, "what to do"
        assert doctor.as_json(finding, words)["detail"] == "the process 'voice-devices' hangs"
