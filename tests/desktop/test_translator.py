"""Texts by key, in two languages that never drift apart."""

import ast
import re
import string
from pathlib import Path

import pytest

import desktop
from desktop import translator
from desktop.errors import TranslationBroken
from desktop.translator import Translator, as_language, flatten

HERE = Path(desktop.__file__).parent
TEXTS_OF_THEIR_OWN = {"terminal", "demo", "cli.py"}
"""The command line and the demo bring their own text files."""

SOURCES = [p for p in sorted(HERE.rglob("*.py")) if p.relative_to(HERE).parts[0] not in TEXTS_OF_THEIR_OWN]


def test_both_languages_have_the_same_keys() -> None:
    assert translator.load("en").keys == translator.load("zh").keys


def test_both_languages_fill_in_the_same_values() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    en, zh = translator.load("en"), translator.load("zh")
    # Chinese may leave out a number's form, a preposition or the date's order, never bring a value of its own.
    differing = {key for key in en.keys if fields(en.raw(key)) != fields(zh.raw(key))}
    assert differing == set()


def test_no_text_of_one_language_stands_in_the_other() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    en, zh = translator.load("en"), translator.load("zh")
    assert {k for k in en.keys if chinese.search(en.raw(k))} == {"language.zh", "shortcuts.what.language"}
    plain = re.compile(r"\{[\w\[\]]+\}|(?:Ctrl|Alt)\+[\w+]+|Shift|\b[A-Z]\b|F\d+|Esc|EN|/")
    words = {k for k in zh.keys if not chinese.search(zh.raw(k)) and re.search(r"[A-Za-z]", plain.sub("", zh.raw(k)))}
    assert words == set()


def test_a_text_is_filled_in() -> None:
    assert Translator("en", {"a": "Order {tail}"}).text("a", tail="4712") == "Order 4712"


@pytest.mark.parametrize(("n", "text"), [(1, "1 order"), (0, "0 orders"), (2, "2 orders")])
def test_a_number_chooses_its_form(n: int, text: str) -> None:
    words = Translator("en", {"o.one": "{n} order", "o.other": "{n} orders"})
    assert words.count("o", n) == text


def test_a_key_that_is_missing_is_named() -> None:
    with pytest.raises(TranslationBroken, match="en: no text for 'nowhere'"):
        Translator("en", {}).text("nowhere")


def test_a_value_that_is_missing_is_named() -> None:
    with pytest.raises(TranslationBroken, match="'tail'"):
        Translator("en", {"a": "{tail}"}).text("a")


def test_a_damaged_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "en.toml"
    broken.write_text("a = ", encoding="utf-8")
    monkeypatch.setattr("resources.path", lambda *_: broken)
    with pytest.raises(TranslationBroken, match=r"translations/en\.toml"):
        translator.load("en")


def test_a_number_in_a_file_is_refused() -> None:
    with pytest.raises(TranslationBroken, match="x is neither a text nor a table"):
        flatten({"a": {"x": 3}}, "en.toml")


@pytest.mark.parametrize(("code", "language"), [("en", "en"), ("EN-us", "en"), ("zh-CN", "zh"), ("fr", "zh")])
def test_a_language_code_is_understood(code: str, language: str) -> None:
    assert as_language(code) == language


def test_a_text_can_be_looked_at_unfilled() -> None:
    assert Translator("en", {"a": "x"}).raw("a") == "x"
    assert Translator("en", {"a": "x"}).has("a")


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_every_key_that_the_code_names_is_there(source: Path) -> None:
    """Keys written out in calls of ``text`` and ``count``; composed keys are met by the presenters' tests."""
    keys = translator.load("en").keys
    named = set(_named(ast.parse(source.read_text(encoding="utf-8"))))
    assert {key for key in named if key not in keys and f"{key}.one" not in keys} == set()


def _named(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            key = node.args[0].value
            if name in {"text", "count"} and isinstance(key, str) and re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", key):
                found.append(key)
    return found
