"""Does a second builder get the same bytes? Everything once more, in other folders and with another environment."""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from installer.errors import ProofFailed
from installer.release import Release
from installer.steps import say


def prove(
    release: Release,
    asked: argparse.Namespace,
    made: Sequence[Path],
    build: Callable[[argparse.Namespace], None],
) -> None:
    """Build what was asked for again and compare; raises ProofFailed. What was signed carries a moment of its own."""
    began = time.monotonic()
    same = [path for path in made if path.suffix == ".deb" or not release.sign_command]
    with tempfile.TemporaryDirectory(prefix="elsewhere-") as folder:
        other = Path(folder)
        changed = {"work": other / "work", "out": other / "dist", "verify": "none", "sign_cmd": ""}
        build(argparse.Namespace(**{**vars(asked), **changed}))
        different = [path.name for path in same if (other / "dist" / path.name).read_bytes() != path.read_bytes()]
    if different:
        raise ProofFailed(f"built a second time, these have other bytes: {', '.join(different)}")
    say(f"    built again elsewhere: {len(same)} files, byte for byte the same ({time.monotonic() - began:.0f} s)")
