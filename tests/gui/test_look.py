"""Themes, icons and pictures: readable in every theme, changed while everything is open."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from desktop import icons, theme
from desktop.app import build
from desktop.context import Look
from desktop.errors import ThemeBroken
from desktop.failed_start import failed_start_dialog
from desktop.screenshots import Scene, capture, gallery, picture
from desktop.settings import Settings
from desktop.theme import THEMES, Theme
from desktop.window import MainWindow
from sync.errors import AlreadyRunning
from tests.gui.fakes import FakeDesk
from tests.gui.hands import Hands

pytestmark = pytest.mark.gui


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(p) for p in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    *((text, ground) for text in ("text", "muted") for ground in ("surface", "canvas", "raised", "selected", "hover")),
    *((tone, "surface") for tone in ("info", "ok", "warn", "danger", "neutral")),
    *((tone, f"{tone}_soft") for tone in ("info", "ok", "warn", "danger", "neutral")),
    ("on_accent", "accent"),
    ("rail_text", "rail"),
    ("rail_strong", "rail_chosen"),
]


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS, ids=str)
def test_every_text_can_be_read_on_its_ground(name: theme.ThemeName, text: str, ground: str) -> None:
    look = theme.load(name)
    least = 7.0 if name == "contrast" else 4.5
    assert contrast(look.color(text), look.color(ground)) >= least


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_colour_of_the_style_sheet_is_in_the_theme(name: theme.ThemeName, scale: float) -> None:
    sheet = theme.style_sheet(theme.load(name, scale))
    assert "@" not in sheet
    assert ("font-size: 26px" in sheet) == (scale == 2.0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("color = 3", "scheme"),
        ('[scheme]\ndark = false\n[color]\ntext = "blueish"', "is no colour"),
        ("[scheme", "light.toml"),
    ],
)
def test_a_broken_theme_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, why: str
) -> None:
    file = tmp_path / "light.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr("resources.path", lambda *_: file)
    with pytest.raises(ThemeBroken, match=why):
        theme.load("light")


def test_a_colour_that_the_theme_lacks_is_named() -> None:
    with pytest.raises(ThemeBroken, match="no colour 'sky'"):
        Theme("light", False, {}).color("sky")


def test_figures_are_of_equal_width(qapp: QApplication) -> None:
    font = theme.font(theme.load("light"))
    assert font.families()[0] == theme.FONTS[0]
    assert font.featureTags()


def test_a_sign_is_drawn_in_its_colour(qapp: QApplication) -> None:
    drawn = icons.pixmap("truck", QColor("#B8271C"), 32, 1.0).toImage()
    colors = {
        drawn.pixelColor(x, y).name() for x in range(32) for y in range(32) if drawn.pixelColor(x, y).alpha() > 250
    }
    assert "#b8271c" in colors


def test_an_icon_has_its_own_colour_when_it_cannot_be_used(qapp: QApplication) -> None:
    made = icons.icon("truck", QColor("#000000"), QColor("#ff0000"))
    grey = made.pixmap(32, 32, mode=QIcon.Mode.Disabled).toImage()
    assert "#ff0000" in {grey.pixelColor(x, 16).name() for x in range(32)}


def test_the_theme_changes_with_one_key_and_is_remembered(supervisor: Hands) -> None:
    window = supervisor.window
    before = window.grab().toImage().pixelColor(5, 400)
    supervisor.press(Qt.Key.Key_F8)
    assert window.settings.theme == "dark"
    assert window.grab().toImage().pixelColor(5, 400) != before
    assert supervisor.reads("Dark", window.workbench.rail)
    for expected in ("contrast", "light"):
        supervisor.press(Qt.Key.Key_F8)
        assert window.settings.theme == expected


def test_a_text_scale_enlarges_letters_and_rows(qapp: QApplication) -> None:
    look = Look(Settings(text_scale=2.0))
    assert look.theme.px(13) == 26
    assert theme.font(look.theme).pixelSize() == 26


def test_a_picture_shows_the_window_and_its_open_dialog(supervisor: Hands, tmp_path: Path) -> None:
    plain = picture(supervisor.window).toImage()
    supervisor.press(Qt.Key.Key_F1)
    dialog = supervisor.dialog(QDialog)
    with_dialog = picture(supervisor.window).toImage()
    assert with_dialog.size() == plain.size()
    assert with_dialog != plain
    path = tmp_path / "新 folder" / "window.png"
    capture(supervisor.window, path)
    assert QImage(str(path)).size() == plain.size()
    dialog.reject()


def test_a_picture_that_cannot_be_written_is_an_error(supervisor: Hands, tmp_path: Path) -> None:
    (tmp_path / "taken.png").mkdir()
    with pytest.raises(OSError, match=r"taken\.png"):
        capture(supervisor.window, tmp_path / "taken.png")


def test_the_gallery_has_every_scene_in_every_look(qapp: QApplication, desk: FakeDesk, tmp_path: Path) -> None:
    def open_window(settings: Settings) -> MainWindow:
        return build(desk, None, settings)

    seen: list[str] = []
    scenes = (Scene("page", lambda w: seen.append(w.windowTitle())),)
    made = gallery(open_window, scenes, tmp_path, languages=("en",), looks=("light",), sizes=((1280, 720, 1.0),))
    assert [p.relative_to(tmp_path).as_posix() for p in made] == ["en-light-1280/page.png"]
    assert seen == ["Exception Desk"]


@pytest.mark.parametrize(("language", "words"), [("en", "already running"), ("zh", "程序已在运行")])
def test_what_keeps_the_program_from_starting_is_told(qapp: QApplication, language: str, words: str) -> None:
    settings = Settings(language="en" if language == "en" else "zh")
    dialog = failed_start_dialog(AlreadyRunning("another one holds the folder"), settings)
    dialog.show()
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert words in said
    assert "another one holds the folder" in said
    dialog.close()
