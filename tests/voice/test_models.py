"""A model is found, and checked before Vosk can crash on it."""

import gc
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from voice.errors import ModelBroken, ModelMissing, ModelPathUnusable
from voice.language import Language
from voice.model_check import check
from voice.models import ModelEntry, embedded_folder, entries, find, fingerprint, load, load_folder

Damage = Callable[[Path], object]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A private copy of an embedded model."""
    folder = tmp_path / "site" / "en-copy"
    shutil.copytree(embedded_folder() / "en-embedded", folder)
    return folder


def put(name: str, text: str) -> Damage:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


def remove(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


def cut(name: str, size: int) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / name
        path.write_bytes(path.read_bytes()[:size])

    return damage


def flip(name: str) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / name
        path.write_bytes(b"XXXX" + path.read_bytes()[4:])

    return damage


@pytest.mark.parametrize("language", Language)
def test_the_embedded_models_are_sound_and_hear_the_accept_word(language: Language) -> None:
    model = load(language)
    assert model.has_word({"en": "confirm", "zh": "确认"}[language])
    assert not model.has_word("xyzzy")
    assert not model.has_word("")


@pytest.mark.parametrize("entry", entries(embedded_folder()), ids=lambda entry: entry.name)
def test_the_manifest_tells_the_truth(entry: ModelEntry) -> None:
    folder = embedded_folder() / entry.name
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) == entry.size
    assert len((folder / "graph/words.txt").read_text(encoding="utf-8").splitlines()) == entry.words
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.fst")} | {"am/final.mdl"} == set(
        entry.files
    )


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (remove("graph/HCLr.fst"), "HCLr.fst is missing"),
        (remove("am/final.mdl"), "final.mdl is missing"),
        (remove("conf/mfcc.conf"), "mfcc.conf is missing"),
        (remove("conf/model.conf"), "model.conf is missing"),
        (remove("graph/words.txt"), "words.txt is missing"),
        (remove("graph/disambig_tid.int"), "disambig_tid.int is missing"),
        (put("graph/disambig_tid.int", ""), "disambig_tid.int is empty"),
        (put("graph/disambig_tid.int", "seven"), "no numbers"),
        (cut("am/final.mdl", 100_000), "final.mdl is cut off"),
        (cut("am/final.mdl", 1_718_852 - 3), "final.mdl is cut off"),
        (flip("am/final.mdl"), "no binary Kaldi model"),
        (cut("graph/HCLr.fst", 9_000), "HCLr.fst is cut off"),
        (cut("graph/HCLr.fst", 30), "HCLr.fst is"),
        (cut("am/final.mdl", 1_718_852 - 8), "final.mdl is cut off"),
        (cut("graph/HCLr.fst", 6), "no OpenFst graph"),
        (flip("graph/HCLr.fst"), "no OpenFst graph"),
        (flip("graph/Gr.fst"), "Gr.fst is no OpenFst graph"),
        (put("graph/words.txt", "<eps> 0\n"), "cut off"),
        (put("graph/words.txt", "<eps> zero\none\n"), "not a list of words"),
        (put("graph/words.txt", "<eps> 0\none 1\ntwo 1\n"), "one number to two words"),
        (put("conf/model.conf", "--beam=13.0\n"), "endpoint.silence-phones"),
        (put("conf/model.conf", "--endpoint.silence-phones=\n"), "endpoint.silence-phones"),
        (put("conf/model.conf", "--endpoint.silence-phones=1\nbeam 13\n"), "no option"),
        (put("conf/mfcc.conf", "garbage\n"), "no option"),
        (lambda folder: (folder / "graph/HCLr.fst").rename(folder / "graph/HCLG.fst"), "static graph"),
    ],
)
def test_a_broken_model_is_refused_with_the_reason(copy: Path, damage: Damage, why: str) -> None:
    damage(copy)
    with pytest.raises(ModelBroken, match=why) as caught:
        check(copy)
    assert caught.value.fields["model"] == "en-copy"


def test_a_file_of_another_size_than_in_the_manifest_is_refused(copy: Path) -> None:
    with pytest.raises(ModelBroken, match="has 1718852 bytes instead of 5"):
        check(copy, {"am/final.mdl": 5})


def test_an_intact_copy_passes_also_without_the_default_grammar(copy: Path) -> None:
    check(copy, {"am/final.mdl": 1_718_852})
    (copy / "graph/Gr.fst").unlink()
    check(copy)


def test_a_grammar_graph_may_carry_the_words(copy: Path) -> None:
    (copy / "graph/words.txt").unlink()
    graph = bytearray((copy / "graph/Gr.fst").read_bytes())
    graph[4 + 10 + 12 + 4] |= 2  # the flags of the header: has output symbols
    (copy / "graph/Gr.fst").write_bytes(graph)
    check(copy)


@pytest.mark.parametrize("damage", [remove("graph/Gr.fst"), flip("graph/Gr.fst")])
def test_without_words_anywhere_it_is_refused(copy: Path, damage: Damage) -> None:
    (copy / "graph/words.txt").unlink()
    damage(copy)
    with pytest.raises(ModelBroken):
        check(copy)


def test_other_graph_types_are_left_to_vosk(copy: Path) -> None:
    path = copy / "graph/Gr.fst"
    path.write_bytes(path.read_bytes().replace(b"vector", b"ngramx", 1))
    check(copy)


def test_on_windows_the_path_must_be_ascii(tmp_path: Path) -> None:
    folder = tmp_path / "模型"
    shutil.copytree(embedded_folder() / "zh-embedded", folder)
    check(folder, platform="linux")
    with pytest.raises(ModelPathUnusable, match="Windows"):
        check(folder, platform="win32")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nowhere"):
        check(tmp_path / "nowhere")


def manifest(folder: Path, name: str, language: str = "en") -> None:
    (folder / "manifest.toml").write_text(
        f'[[model]]\nname = "{name}"\ntitle = "t"\nlanguage = "{language}"\nkind = "full"\nlicence = "Apache-2.0"\n',
        encoding="utf-8",
    )


def test_a_sites_model_goes_first(copy: Path) -> None:
    manifest(copy.parent, "en-copy")
    assert find(Language.EN, (copy.parent,))[0] == copy
    assert find(Language.ZH, (copy.parent,))[0] == embedded_folder() / "zh-embedded"
    assert find(Language.EN, (copy.parent / "a person's, empty", copy.parent))[0] == copy


def test_a_broken_sites_model_is_an_error_and_not_silently_replaced(copy: Path) -> None:
    manifest(copy.parent, "en-copy")
    (copy / "graph/HCLr.fst").unlink()
    with pytest.raises(ModelBroken):
        find(Language.EN, (copy.parent,))


def test_a_site_that_names_a_model_that_is_not_there(tmp_path: Path) -> None:
    manifest(tmp_path, "en-lost")
    with pytest.raises(ModelMissing, match="en-lost"):
        find(Language.EN, (tmp_path,))


@pytest.mark.parametrize("text", ["[[model", '[[model]]\nname = "x"\n', "[[model]]\nname = 5\n"])
def test_a_bad_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ModelBroken, match="manifest"):
        find(Language.EN, (tmp_path,))


def test_what_vosk_itself_refuses_is_a_broken_model(copy: Path) -> None:
    (copy / "conf/model.conf").write_text("--endpoint.silence-phones=1\n--no-such-option=1\n", encoding="utf-8")
    check(copy)
    with pytest.raises(ModelBroken, match="Vosk cannot load it"):
        load_folder(copy, entries(embedded_folder())[0])


def test_a_language_that_no_folder_has_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.models.embedded_folder", lambda: tmp_path)
    with pytest.raises(ModelMissing, match="zh"):
        find(Language.ZH, (tmp_path,))


def test_chinese_is_written_in_the_models_words_in_every_way() -> None:
    model = load(Language.ZH)
    assert model.segmentations("拦截订单东仓") == (("拦截", "订单", "东仓"),)
    assert model.segmentations("重复 下单") == (("重复下单",),)
    assert model.segmentations("下单") == ()
    assert load(Language.EN).segmentations("wrong address") == (("wrong", "address"),)
    assert load(Language.EN).segmentations("wrong adress") == ()
    assert load(Language.EN).segmentations("") == ()
    assert (model.can_hear("拦截东仓"), model.can_hear("拦截仓")) == (True, False)


def test_another_version_of_a_model_has_another_fingerprint(copy: Path) -> None:
    before = fingerprint(copy)
    assert before == fingerprint(copy)
    flip("graph/HCLr.fst")(copy)
    assert fingerprint(copy) != before


def test_a_model_that_is_replaced_gives_its_memory_back_at_once() -> None:
    """Vosk's memory is not Python's: the garbage collector does not know how much it is."""
    model = load(Language.EN)
    assert model.can_hear("wrong address")
    gone = weakref.ref(model)
    gc.disable()
    try:
        del model
        assert gone() is None
    finally:
        gc.enable()
