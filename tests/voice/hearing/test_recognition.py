"""Recognition lives in a process of its own: every known death is survived, nothing half heard is acted on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sync.domain.commands import Op
from tests.patience import PATIENCE_S
from tests.voice.fakes import FakeDesk, order
from tests.voice.hearing import crashing
from tests.voice.hearing.sounds import RATE, clip, demo, silence
from tests.voice.live import Script, Watch
from tests.voice.understanding import shipped
from voice.dialogue import Listen, Mode
from voice.errors import GrammarError, ModelBroken, RecogniserLost
from voice.hearing.grammar import wanted
from voice.hearing.recognition import Hearing, Recognition
from voice.hearing.recognition_messages import Build, Done, Load, Partial
from voice.hearing.wav import Recording, read_sound
from voice.installing.catalogue import official
from voice.installing.installation import Models, Source
from voice.language import Language
from voice.loop import Equipment
from voice.models import embedded_folder, find
from voice.session import Session

pytestmark = pytest.mark.processes


@pytest.fixture
def recognition() -> Iterator[Recognition]:
    it = Recognition()
    yield it
    it.stop()


def command() -> bytes:
    return read_sound(clip("release_en"))[: int(3.3 * RATE)].tobytes()


def english(recognition: Recognition) -> Hearing:
    hearing = Hearing(recognition, Language.EN, ())
    hearing.prepare(wanted(shipped.parser(Language.EN)))
    return hearing


def heard(hearing: Hearing) -> str:
    hearing.hear(Listen.COMMAND, command())
    return hearing.finish(Listen.COMMAND).text


def test_what_is_said_is_heard_in_the_other_process(recognition: Recognition) -> None:
    hearing = english(recognition)
    assert recognition.pid not in (None, os.getpid())
    assert heard(hearing) == "release order four seven one two"
    hearing.hear(Listen.COMMAND, command()[:64000])
    hearing.drop(Listen.COMMAND)
    assert heard(hearing) == "release order four seven one two"
    assert hearing.can_hear(("release order", "xyzzy")) == (True, False)


def test_its_errors_come_over_as_they_are(recognition: Recognition, tmp_path: Path) -> None:
    _, entry = find(Language.EN)
    with pytest.raises(ModelBroken, match="Vosk cannot load"):
        recognition.ask(Load(str(tmp_path), entry), Done)
    with pytest.raises(GrammarError, match="en-embedded"):
        Hearing(recognition, Language.EN, ()).prepare(wanted(shipped.parser(Language.ZH)))


def test_a_killed_process_loses_the_utterance_and_is_replaced(recognition: Recognition) -> None:
    hearing = english(recognition)
    hearing.hear(Listen.COMMAND, command()[:64000])
    first = recognition.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    with pytest.raises(RecogniserLost):
        hearing.finish(Listen.COMMAND)
    with pytest.raises(RecogniserLost):
        hearing.hear(Listen.COMMAND, command())
    hearing.prepare()
    assert recognition.pid != first
    assert heard(hearing) == "release order four seven one two"


def test_a_new_process_knows_nothing_of_an_utterance_of_the_old_one(recognition: Recognition) -> None:
    ours, other = english(recognition), Hearing(recognition, Language.ZH, ())
    recognition.stop()
    other.prepare(wanted(shipped.parser(Language.ZH)))
    with pytest.raises(RecogniserLost):
        ours.hear(Listen.COMMAND, command())


def test_an_answer_of_another_kind_is_a_lost_recogniser(recognition: Recognition) -> None:
    english(recognition)
    with pytest.raises(RecogniserLost, match="was answered by"):
        recognition.ask(Build(Language.EN, dict(wanted(shipped.parser(Language.EN)))), Partial)


@pytest.mark.parametrize("crash", crashing.CRASHES)
def test_each_known_crash_cancels_what_is_pending_and_the_next_command_works(
    crash: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies while the word is being said; then the whole dialogue is said again, from a recording."""
    due = tmp_path / "crash"
    monkeypatch.setenv(crashing.ONCE, str(due))
    desk, source = FakeDesk(order()), Script(silence(0.1))
    patience = 3.0 if crash == "hang" else PATIENCE_S
    equipment = Equipment(
        microphone=lambda: source, recognition=lambda: Recognition(crashing.serve, answer_seconds=patience)
    )
    it = Session(desk, equipment, language=Language.EN)
    watch = Watch(it)
    it.start()
    try:
        watch.until(lambda view: view.listening)
        it.type_line("intercept 4712")
        watch.until(lambda view: view.state is Mode.CONFIRM)
        due.write_text(crash, encoding="utf-8")
        word = read_sound(demo("intercept_en"))[int(8.2 * RATE) : int(9.8 * RATE)]
        source.blocks += Script(np.concatenate([word, silence(0.5)])).blocks
        view = watch.until(lambda view: view.asked == "Recognition stopped. Cancelled.")
        assert view.state is Mode.ASLEEP
        watch.until(lambda view: view.error.startswith("Recognition stopped"))
        assert not due.exists()
        assert desk.wishes == []
        it.hear(Recording(demo("intercept_en")))
        assert [wish.op for wish in desk.wishes] == [Op.INTERCEPT]
    finally:
        it.stop()


def test_a_recording_is_told_that_the_process_died(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    due = tmp_path / "crash"
    due.write_text("grammar_empty", encoding="utf-8")
    monkeypatch.setenv(crashing.ONCE, str(due))
    desk = FakeDesk(order())
    it = Session(desk, Equipment(recognition=lambda: Recognition(crashing.serve)), language=Language.EN)
    try:
        with pytest.raises(RecogniserLost):
            it.hear(Recording(demo("intercept_en")))
        it.hear(Recording(demo("intercept_en")))
        assert len(desk.wishes) == 1
    finally:
        it.stop()


def test_the_process_ends_with_its_owner(tmp_path: Path) -> None:
    """An owner that is killed closes the pipe, and that ends the process."""
    script = tmp_path / "owner.py"
    script.write_text(
        "import os, signal\n"
        "from tests.voice.hearing.test_recognition import english\n"
        "from voice.hearing.recognition import Recognition\n"
        "if __name__ == '__main__':\n"
        "    recognition = Recognition()\n"
        "    english(recognition)\n"
        "    print(recognition.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n",
        encoding="utf-8",
    )
    root = Path(__file__).resolve().parents[3]
    # The process keeps standard output open: its end is the end of the process.
    done = subprocess.run(
        [sys.executable, script],
        check=False,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        timeout=PATIENCE_S,
    )
    assert int(done.stdout) > 0
    assert done.returncode == -signal.SIGKILL


def test_the_window_loads_neither_vosk_nor_portaudio() -> None:
    """Everything that the application imports, and a session that has heard a command."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "import desktop.app\n"
        "from tests.voice.fakes import FakeDesk, order\n"
        "from tests.voice.hearing.sounds import demo\n"
        "from voice.hearing.wav import Recording\n"
        "from voice.session import Session\n"
        "if __name__ == '__main__':\n"
        "    desk = FakeDesk(order())\n"
        "    it = Session(desk, language=desktop.app.Language.EN)\n"
        "    it.hear(Recording(demo('intercept_en')))\n"
        "    it.stop()\n"
        "    assert desk.wishes\n"
        "    assert not {'vosk', 'sounddevice'} & set(sys.modules), 'loaded here'\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, check=False, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr


def test_a_model_that_is_installed_meanwhile_is_heard_with_next_without_a_restart(
    recognition: Recognition, tmp_path: Path
) -> None:
    own, machine = tmp_path / "own", tmp_path / "machine"
    hearing = Hearing(recognition, Language.EN, (own, machine))
    hearing.prepare(wanted(shipped.parser(Language.EN)))
    assert hearing.entry.kind == "embedded"
    process = recognition.pid
    kept = Models(own, lambda _language, _site: None)
    kept.install(official(Language.EN), Source(path=embedded_folder() / "en-embedded"))
    hearing.prepare()
    assert hearing.entry.kind == "full"
    assert recognition.pid == process
    assert heard(hearing) == "release order four seven one two"
    kept.remove(Language.EN)
    hearing.prepare()
    assert hearing.entry.kind == "embedded"
    assert heard(hearing) == "release order four seven one two"
