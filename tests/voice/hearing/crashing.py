"""Processes that recognise and then die in each way that is known of Vosk 0.3.45, or hang. Started by the tests."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import vosk

from voice.hearing.recognition_messages import Finish, Sound, packed, question_of
from voice.hearing.recognition_process import Engine
from voice.models import embedded_folder

COMMAND = '["hold", "[unk]"]'
SECOND = bytes(32000)


def _model() -> Any:
    vosk.SetLogLevel(-1)
    return vosk.Model(model_path=str(embedded_folder() / "en-embedded"))


def _grammar(text: str) -> Callable[[], object]:
    return lambda: vosk.KaldiRecognizer(_model(), 16000.0, text)


def _set_grammar_in_mid_utterance() -> None:
    recogniser = vosk.KaldiRecognizer(_model(), 16000.0, COMMAND)
    recogniser.AcceptWaveform(SECOND)
    recogniser.SetGrammar('["release"]')
    recogniser.AcceptWaveform(SECOND)
    recogniser.FinalResult()


def _two_threads() -> None:
    recogniser = vosk.KaldiRecognizer(_model(), 16000.0, COMMAND)

    def use() -> None:
        for _ in range(3000):
            recogniser.AcceptWaveform(SECOND[:3200])
            recogniser.FinalResult()

    threads = [threading.Thread(target=use, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _damaged(damage: Callable[[Path], object]) -> Callable[[], None]:
    def load() -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "model"
            shutil.copytree(embedded_folder() / "en-embedded", copy)
            damage(copy)
            model = vosk.Model(model_path=str(copy))
            vosk.KaldiRecognizer(model, 16000.0, COMMAND).AcceptWaveform(SECOND)

    return load


def _hang() -> None:
    threading.Event().wait()


CRASHES: Mapping[str, Callable[[], object]] = {
    "set_grammar_in_mid_utterance": _set_grammar_in_mid_utterance,
    "grammar_not_json": _grammar("hold"),
    "grammar_of_numbers": _grammar("[1,2]"),
    "grammar_empty": _grammar("[]"),
    "grammar_epsilon": _grammar('["<eps>"]'),
    "several_threads": _two_threads,
    "no_graph": _damaged(lambda model: (model / "graph/HCLr.fst").unlink()),
    "no_silence_phones": _damaged(lambda model: (model / "conf/model.conf").write_text("--beam=13.0\n")),
    "hang": _hang,
}

ONCE = "EXCEPTION_DESK_TEST_CRASH"
"""Names a folder: a file there names the crash, and is taken away by the process that does it."""


def serve(pipe: Connection) -> None:
    """Like the real one until the crash: at the second of three pieces of sound, or when the utterance is finished."""
    import os  # noqa: PLC0415  only the process needs it

    order = Path(os.environ[ONCE])
    engine, heard = Engine(), 0
    while True:
        question = question_of(pipe.recv_bytes())
        heard += isinstance(question, Sound)
        if isinstance(question, Sound | Finish) and heard >= 2 and order.exists():
            crash = CRASHES[order.read_text(encoding="utf-8")]
            order.unlink()
            crash()
            os._exit(70)  # Vosk did survive this on this machine: a death all the same
        pipe.send_bytes(packed(engine.answer(question)))
