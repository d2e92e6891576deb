"""Where are the files that are not code? One function gives the path of each."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Path of a shipped file or folder, e.g. ``path("phrases", "en.toml")``; raises FileNotFoundError when absent."""
    found = _ROOT.joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(f"resource {'/'.join(parts)} is missing from this installation")
    return found
