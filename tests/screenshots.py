"""Which pictures show the program? Every screen in both languages, every theme, the usual sizes and large text.

``python -m tests.screenshots FOLDER``: made-up orders, no server and no sound needed.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageWriter

from desktop.screenshots import LOOKS, SIZES, gallery
from desktop.translator import LANGUAGES
from tests.scenes import Stage

SHOWN: dict[tuple[str, tuple[int, int, float]], tuple[str, ...]] = {
    ("light", SIZES[0]): (
        "03-list", "05-intercept", "06-requested", "09-voice", "11-offline", "13-decide", "16-settings",
        "17-find-an-action", "20-assistant-sound", "23-floor-question", "24-floor-stopped", "32-messages", "26-many",
    ),
    ("dark", SIZES[1]): ("03-list",),
    ("contrast", SIZES[0]): ("03-list",),
    ("light", SIZES[2]): ("03-list",),
}  # fmt: skip
"""What stands in docs/gallery.md, by theme and size."""
WIDEST, QUALITY = 1280, 82


def document(folder: Path) -> list[Path]:
    """Draw the gallery of the documentation anew: small pictures, in both languages."""
    made: list[Path] = []
    with tempfile.TemporaryDirectory() as name:
        for (look, size), scenes in SHOWN.items():
            stage = Stage()
            last = [scene.name for scene in stage.scenes()].index(scenes[-1]) + 1
            drawn = gallery(stage.open, stage.scenes()[:last], Path(name), looks=(look,), sizes=(size,))
            made.extend(_keep(path, folder) for path in drawn if path.stem in scenes)
    return made


def _keep(path: Path, folder: Path) -> Path:
    kept = folder / f"{path.parent.name}-{path.stem}.webp"
    picture = QImage(str(path))
    if picture.width() > WIDEST:
        picture = picture.scaledToWidth(WIDEST, Qt.TransformationMode.SmoothTransformation)
    folder.mkdir(parents=True, exist_ok=True)
    writer = QImageWriter(str(kept))
    writer.setQuality(QUALITY)
    if not writer.write(picture):
        raise OSError(f"{kept} cannot be written: {writer.errorString()}")
    return kept


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/screenshots"))
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--look", choices=LOOKS, action="append")
    parser.add_argument("--size", choices=[f"{w}x{scale:g}" for w, _, scale in SIZES], action="append")
    parser.add_argument("--docs", action="store_true", help="draw docs/gallery anew, and nothing else")
    options = parser.parse_args(arguments)
    if options.docs:
        for path in document(Path("docs/gallery")):
            print(path)
        return 0
    sizes = [size for size in SIZES if not options.size or f"{size[0]}x{size[2]:g}" in options.size]
    stage = Stage()
    paths = gallery(
        stage.open,
        stage.scenes(),
        options.folder,
        languages=options.language or LANGUAGES,
        looks=options.look or LOOKS,
        sizes=sizes,
    )
    for path in paths:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
