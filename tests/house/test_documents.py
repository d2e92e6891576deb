"""The pages for people: each in both languages, in step with each other and with the program that they describe."""

import itertools
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

import resources
from desktop.shortcuts import KEYS
from desktop.terminal import texts, verbs
from voice.language import Language
from voice.understanding.meaning import Intent, Meaning
from voice.understanding.parser import Parser, example_places
from voice.understanding.phrases import Phrases, load

ROOT = Path(__file__).resolve().parents[2]
ENGLISH_ONLY = {"CHANGELOG.md", "THIRD-PARTY-NOTICES.md"}
"""The record of changes for developers, and licences in their own words."""
CHINESE = ".zh-CN.md"
PAGES = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
ENGLISH_PAGES = [page for page in PAGES if not page.name.endswith(CHINESE) and page.name not in ENGLISH_ONLY]
CHINESE_PAGES = [page for page in PAGES if page.name.endswith(CHINESE)]
GUIDES = {"en": ROOT / "docs" / "user-guide.md", "zh": ROOT / "docs" / f"user-guide{CHINESE}"}
READMES = {"en": ROOT / "README.md", "zh": ROOT / f"README{CHINESE}"}
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]|[\u4e00-\u9fff]\(|\)[\u4e00-\u9fff]")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def in_chinese(page: Path) -> Path:
    return page.with_name(page.stem + CHINESE)


def in_english(page: Path) -> Path:
    return page.with_name(page.name.removesuffix(CHINESE) + ".md")


def prose(text: str) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def shape(text: str) -> list[str]:
    """What two languages of one page have in common: levels of headings, rows of tables with their width, pictures."""
    marks = []
    for line in prose(text).splitlines():
        if heading := re.match(r"#+ ", line):
            marks.append(heading.group().strip())
        elif line.startswith("|"):
            marks.append("|" * len(re.findall(r"(?<!\\)\|", line)))
        marks += ["picture"] * line.count("![")
    return marks


def anchor(heading: str) -> str:
    """The anchor that GitHub makes of a heading: small letters, no punctuation, a hyphen for each space."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def anchors(text: str) -> set[str]:
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)}


def quoted(text: str) -> list[str]:
    """What stands in `backticks`."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def phrase_rows(text: str) -> list[tuple[str, ...]]:
    """The cells of the table of phrases: what one wants, English, Mandarin."""
    table = re.search(r"^\|[^|\n]+\| English \| 普通话 \|\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table, "the guide has a table of phrases"
    return [tuple(line.strip("|").split("|")) for line in table.group(1).splitlines()]


@cache
def phrases(language: Language) -> Phrases:
    return load(resources.path("phrases", f"{language}.toml"))


def meaning(phrase: str, language: Language) -> Meaning | None:
    """What the program understands, in whatever state of the dialogue allows most; None when it does not."""
    parser = Parser(phrases(language), example_places(phrases(language)))
    for allowed in (frozenset(Intent) - {Intent.DIGITS}, frozenset({Intent.DIGITS})):
        understood = parser.parse(phrase, allowed)
        if isinstance(understood, Meaning):
            return understood
    return None


def leaves(table: dict[str, object]) -> set[str]:
    """Every text of a file of words."""
    inner = (leaves(value) if isinstance(value, dict) else {str(value)} for value in table.values())
    return set(itertools.chain.from_iterable(inner))


@pytest.mark.parametrize("page", ENGLISH_PAGES, ids=named)
def test_every_page_exists_in_both_languages_that_link_to_each_other(page: Path) -> None:
    twin = in_chinese(page)
    assert twin.exists()
    for one, other, label in ((page, twin, "简体中文"), (twin, page, "English")):
        top = one.read_text(encoding="utf-8").splitlines()[:4]
        assert any(f"[{label}]({other.name})" in line for line in top), f"{named(one)} has no link [{label}]"


def test_no_chinese_page_is_without_its_english_one() -> None:
    assert [named(page) for page in CHINESE_PAGES if not in_english(page).exists()] == []


@pytest.mark.parametrize("page", [page for page in CHINESE_PAGES if in_english(page).exists()], ids=named)
def test_both_languages_have_the_same_headings_tables_and_pictures(page: Path) -> None:
    assert shape(page.read_text(encoding="utf-8")) == shape(in_english(page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_link_stays_in_the_language_of_its_page(page: Path) -> None:
    text = prose(page.read_text(encoding="utf-8"))
    chinese = page.name.endswith(CHINESE)
    own = in_english(page) if chinese else in_chinese(page)
    links = [(page.parent / link).resolve() for link in re.findall(r"\]\(([^)#:\s]+\.md)", text)]
    others = [link for link in links if link != own and link.name.endswith(CHINESE) is not chinese]
    assert [link.name for link in others if not chinese or in_chinese(link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_to_a_heading_finds_it(page: Path) -> None:
    found = re.findall(r"\]\(([^)#:\s]*)#([^)\s]+)\)", prose(page.read_text(encoding="utf-8")))
    targets = [(page.parent / name if name else page, part) for name, part in found]
    assert [part for path, part in targets if part not in anchors(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("page", CHINESE_PAGES, ids=named)
def test_chinese_is_written_with_full_width_punctuation(page: Path) -> None:
    plain = re.sub(r"`[^`\n]*`|\]\([^)]*\)", "", prose(page.read_text(encoding="utf-8")))
    assert [line for line in plain.splitlines() if HALF_WIDTH.search(line)] == []


@pytest.mark.parametrize("guide", GUIDES.values(), ids=named)
@pytest.mark.parametrize(("language", "column"), [(Language.EN, 1), (Language.ZH, 2)])
def test_every_intent_can_be_looked_up_and_what_the_guide_says_is_understood(
    guide: Path, language: Language, column: int
) -> None:
    found: set[Intent] = set()
    for row in phrase_rows(guide.read_text(encoding="utf-8")):
        said = quoted(row[column])
        understood = {phrase: meaning(phrase, language) for phrase in said}
        assert said
        assert [phrase for phrase, what in understood.items() if what is None] == []
        found |= {what.intent for what in understood.values() if what is not None}
    assert {phrase.intent for phrase in phrases(language).phrases} - found == set()


@pytest.mark.parametrize("guide", GUIDES.values(), ids=named)
def test_what_stands_side_by_side_means_the_same_in_both_languages(guide: Path) -> None:
    for _wanted, english, mandarin in phrase_rows(guide.read_text(encoding="utf-8")):
        one, other = (
            {what.intent for phrase in quoted(cell) if (what := meaning(phrase, language))}
            for cell, language in ((english, Language.EN), (mandarin, Language.ZH))
        )
        assert one == other


@pytest.mark.parametrize("guide", GUIDES.values(), ids=named)
@pytest.mark.parametrize("language", Language)
def test_the_guide_names_every_spoken_reason_and_digit(guide: Path, language: Language) -> None:
    spoken = tomllib.loads(resources.path("phrases", f"{language}.toml").read_text(encoding="utf-8"))
    words = {word for name in ("reasons", "digits") for forms in spoken[name].values() for word in forms}
    assert words - set(quoted(guide.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("language", GUIDES)
def test_what_the_guide_prints_bold_stands_on_the_screen_like_that(language: str) -> None:
    screen = leaves(tomllib.loads(resources.path("translations", f"{language}.toml").read_text(encoding="utf-8")))
    bold = re.findall(r"\*\*([^*]+)\*\*", GUIDES[language].read_text(encoding="utf-8"))
    assert set(bold) - screen - {"bold", "粗体字"} == set()


@pytest.mark.parametrize("guide", GUIDES.values(), ids=named)
def test_the_guide_names_every_key(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    keys = [key for group in KEYS.values() for entry in group for key in entry.keys]
    rows = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    ranged = {"Ctrl+2", "Ctrl+3"}
    missing = [key for key in keys if not re.search(rf"(?<![\w+]){re.escape(key)}(?!\w)", rows)]
    assert set(missing) - ranged == set()


@pytest.mark.parametrize("language", GUIDES)
def test_the_readme_and_the_guide_name_every_command_and_variable(language: str) -> None:
    text = "".join(pages[language].read_text(encoding="utf-8") for pages in (READMES, GUIDES))
    variables = {
        name
        for source in (ROOT / "desktop").rglob("*.py")
        for name in re.findall(r"EXCEPTION_DESK_[A-Z]+", source.read_text(encoding="utf-8"))
    }
    assert variables
    assert [name for name in sorted(variables) if f"`{name}`" not in text] == []
    assert [verb for verb in cli_verbs() if f"exception-desk {verb}" not in text] == []


def cli_verbs() -> list[str]:
    """The commands as the command line itself lists them in its help."""
    listed = verbs.parser(texts.load("en")).format_help()
    return re.findall(r"^    (\w+) {2,}\S", listed, re.MULTILINE)


def test_the_commands_are_read_from_the_help() -> None:
    assert {"say", "hear", "doctor"} <= set(cli_verbs())


def test_a_wrong_page_would_be_seen() -> None:
    assert shape("# A\n| b | c |\n") != shape("# A\n## B\n")
    assert anchors("## At a *prompt*: `x`\n### 命令行（一）\n") == {"at-a-prompt-x", "命令行一"}
    assert HALF_WIDTH.search("订单,客户")
    assert HALF_WIDTH.search("订单(四位)")
    assert not HALF_WIDTH.search("订单，客户 (SQLite)，第 3 页")
    assert meaning("please stop it", Language.EN) is None
