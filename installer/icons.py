"""How does the program's icon come into a form that Windows reads? PNG pictures in an ICO file."""

from pathlib import Path

from installer.release import ROOT, TEMPLATES, Release
from installer.steps import do, tool

SOURCE = ROOT / "resources" / "icons" / "exception-desk.svg"
SIZES = (16, 32, 48, 256)


def icon(release: Release, python: Path | None = None) -> Path:
    """The icon as a file; drawn by librsvg's program, or where there is none by the Qt of ``python``."""
    folder = release.fresh("windows", "icon")
    if python is None:
        draw = tool("rsvg-convert", "librsvg2-bin")
        for size in SIZES:
            sides = ["--width", str(size), "--height", str(size)]
            do([draw, *sides, "--output", folder / f"{size}.png", SOURCE])
    else:
        do([python, TEMPLATES / "draw_icon.py", SOURCE, folder, *map(str, SIZES)])
    target = folder / "exception-desk.ico"
    target.write_bytes(ico([(size, (folder / f"{size}.png").read_bytes()) for size in SIZES]))
    return target


def ico(pictures: list[tuple[int, bytes]]) -> bytes:
    """An ICO file of PNG pictures (the format that Windows Vista and later read); sizes in pixels, 256 at most."""
    offset = 6 + 16 * len(pictures)
    head, body = b"\0\0\1\0" + len(pictures).to_bytes(2, "little"), b""
    for size, png in pictures:
        side = bytes([size % 256])
        head += side + side + b"\0\0\1\0\x20\0" + len(png).to_bytes(4, "little") + offset.to_bytes(4, "little")
        offset += len(png)
        body += png
    return head + body
