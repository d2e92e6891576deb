"""A word that an embedded model lacks is heard once its pronunciation is known; nothing else is heard worse."""

import shutil
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.voice.hearing.sounds import RATE, clip, demo
from tests.voice.understanding import shipped
from voice.dialogue import Listen
from voice.errors import PronunciationWrong
from voice.hearing.grammar import Wanted, wanted
from voice.hearing.graph import Graph, can_learn, lexicon, phones_of, with_words
from voice.hearing.recognition import Hearing, Recognition
from voice.hearing.wav import read_sound
from voice.language import Language
from voice.models import embedded_folder

EN = embedded_folder() / "en-embedded"
HELLO = ("HH", "AH", "L", "OW", "D", "EH", "S", "K")


@pytest.fixture
def recognition() -> Iterator[Recognition]:
    it = Recognition()
    yield it
    it.stop()


def test_a_graph_that_is_read_and_written_is_the_same() -> None:
    for name in ("en-embedded", "zh-embedded"):
        content = (embedded_folder() / name / "graph/HCLr.fst").read_bytes()
        assert Graph(content).content() == content


def test_a_word_is_heard_by_its_pronunciation(recognition: Recognition) -> None:
    """ "hello desk" taught as one new word, and heard in a grammar that has nothing else."""
    hearing = Hearing(recognition, Language.EN, (), {"greeting": HELLO})
    only = Wanted(("greeting",), (), (), 2, "test")
    hearing.prepare({Listen.WAKE: only})
    assert hearing.can_hear(("greeting", "farewell")) == (True, False)
    hearing.hear(Listen.WAKE, read_sound(demo("intercept_en"))[: int(2.0 * RATE)].tobytes())
    assert hearing.finish(Listen.WAKE).text == "greeting"


def test_other_sounds_are_not_the_new_word(recognition: Recognition) -> None:
    hearing = Hearing(recognition, Language.EN, (), {"greeting": HELLO})
    hearing.prepare({Listen.WAKE: Wanted(("greeting",), ("release", "four", "seven", "order"), (), 10, "test")})
    hearing.hear(Listen.WAKE, read_sound(clip("release_en"))[: int(3.3 * RATE)].tobytes())
    assert "greeting" not in hearing.finish(Listen.WAKE).text


def test_the_old_words_are_heard_as_before(recognition: Recognition) -> None:
    hearing = Hearing(recognition, Language.EN, (), {"greeting": HELLO, "release": ("R", "IY", "L", "IY", "S")})
    hearing.prepare(wanted(shipped.parser(Language.EN)))
    hearing.hear(Listen.COMMAND, read_sound(clip("release_en"))[: int(3.3 * RATE)].tobytes())
    assert hearing.finish(Listen.COMMAND).text == "release order four seven one two"


def test_a_word_of_one_phone_has_its_own_place(tmp_path: Path) -> None:
    with_words(EN, {"ah": ("AA",)}, tmp_path / "copy")
    assert "ah 120\n" in (tmp_path / "copy/graph/words.txt").read_text(encoding="utf-8")


def test_phones_that_the_model_does_not_have_are_refused(recognition: Recognition, tmp_path: Path) -> None:
    with pytest.raises(PronunciationWrong, match="no phone 'XX'"):
        Hearing(recognition, Language.EN, (), {"odd": ("AA", "XX")}).can_hear(("odd",))
    with pytest.raises(PronunciationWrong, match=r"no graph/phones\.txt"):
        phones_of(tmp_path)


def full(folder: Path, words: Mapping[str, tuple[str, ...]]) -> Path:
    """A site's folder with a model that is like the publisher's in this: it knows words, and names no phones."""
    if words:
        with_words(EN, words, folder / "full-model")
    else:
        shutil.copytree(EN, folder / "full-model")
    (folder / "full-model/graph/phones.txt").unlink()
    described = 'name = "full-model"\ntitle = "Full"\nlanguage = "en"\nkind = "full"\nlicence = "Apache-2.0"\n'
    (folder / "manifest.toml").write_text(f"[[model]]\n{described}words = 140\nsize = 1\n", encoding="utf-8")
    return folder


def test_a_full_model_that_can_learn_nothing_hears_the_phrases_by_the_words_it_has(
    recognition: Recognition, tmp_path: Path
) -> None:
    phrases = shipped.parser(Language.EN)
    words = phrases.phrases.pronunciations
    hearing = Hearing(recognition, Language.EN, (full(tmp_path, words),), words)
    hearing.prepare(wanted(phrases))
    assert hearing.can_hear(("louder", "conflicts")) == (True, True)
    hearing.hear(Listen.COMMAND, read_sound(clip("release_en"))[: int(3.3 * RATE)].tobytes())
    assert hearing.finish(Listen.COMMAND).text.startswith("release order four seven one t")
    assert hearing.model.startswith("full-model#")


def test_what_a_full_model_lacks_is_known_to_be_lacking(recognition: Recognition, tmp_path: Path) -> None:
    hearing = Hearing(recognition, Language.EN, (full(tmp_path, {}),), {"louder": ("L", "AW", "D", "ER")})
    assert hearing.can_hear(("louder", "order")) == (False, True)
    assert lexicon(tmp_path / "full-model") == {}


def test_a_graph_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    shutil.copytree(EN, tmp_path / "other")
    assert can_learn(tmp_path / "other")
    (tmp_path / "other/graph/HCLr.fst").write_bytes(struct.pack("<ii", 2125659606, 16) + b"olabel_lookahead")
    assert not can_learn(tmp_path / "other")


def test_a_known_word_whose_phones_are_others_is_said_in_the_models_own_way(tmp_path: Path) -> None:
    with_words(EN, {"order": ("XX",), "ah": ("AA",)}, tmp_path / "copy")
    assert lexicon(tmp_path / "copy")["order"] == lexicon(EN)["order"]
