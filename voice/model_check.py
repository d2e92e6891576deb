"""Would this model directory crash the recogniser? Everything Vosk needs, looked at before Vosk sees it.

Vosk 0.3.45 faults on a missing HCLr.fst, aborts without ``endpoint.silence-phones`` and only raises for the rest.
Formats: Kaldi's binary ``final.mdl`` (kaldi-asr.org/doc/io.html) and OpenFst's vector FST (fst/lib/vector-fst.h).
"""

import mmap
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

from voice.errors import ModelBroken, ModelMissing, ModelPathUnusable

NEEDED = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/disambig_tid.int")
FST_MAGIC = 2125659606
HAS_OUTPUT_SYMBOLS = 2


def check(folder: Path, sizes: Mapping[str, int] | None = None, *, platform: str = "linux") -> None:
    """Raise ModelMissing, ModelBroken or ModelPathUnusable if Vosk could not safely load the folder.

    ``sizes`` are the known sizes of some files, in bytes; ``platform`` is ``sys.platform``.
    """
    if platform == "win32" and not str(folder).isascii():
        raise ModelPathUnusable(f"{folder} has letters that Vosk cannot open on Windows", path=folder)
    if not folder.is_dir():
        raise ModelMissing(f"{folder} does not exist", language="", folder=folder)
    if (folder / "graph/HCLG.fst").exists() and not (folder / "graph/HCLr.fst").exists():
        raise _broken(folder, "graph/HCLG.fst is a static graph, it ignores grammars; a model with HCLr.fst is needed")
    for name in NEEDED:
        _check_there(folder, name)
    for name, size in (sizes or {}).items():
        _check_size(folder, name, size)
    for name, look in _CONTENTS.items():
        _check_content(folder, name, look)
    if not (folder / "graph/words.txt").exists() and not _carries_words(folder / "graph/Gr.fst"):
        raise _broken(folder, "graph/words.txt is missing")


def _broken(folder: Path, why: str) -> ModelBroken:
    return ModelBroken(f"{folder}: {why}", model=folder.name, why=why)


def _check_there(folder: Path, name: str) -> None:
    path = folder / name
    if not path.is_file():
        raise _broken(folder, f"{name} is missing")
    if path.stat().st_size == 0:
        raise _broken(folder, f"{name} is empty")


def _check_size(folder: Path, name: str, size: int) -> None:
    path = folder / name
    if path.exists() and path.stat().st_size != size:
        raise _broken(folder, f"{name} has {path.stat().st_size} bytes instead of {size}")


def _check_content(folder: Path, name: str, look: Callable[[Path], str]) -> None:
    why = look(folder / name) if (folder / name).exists() else ""
    if why:
        raise _broken(folder, f"{name} {why}")


def _check_acoustics(path: Path) -> str:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content[:18] != b"\0B<TransitionModel":
            return "is no binary Kaldi model"
        priors = content.rfind(b"<Priors> FV ")
        if content.rfind(b"</Nnet3>") < 0 or priors < 0:
            return "is cut off"
        head = content[priors + 12 : priors + 17]
        if len(head) < 5 or len(content) < priors + 17 + 4 * struct.unpack("<i", head[1:])[0]:
            return "is cut off"
    return ""


def _check_graph(path: Path) -> str:
    content = path.read_bytes()
    try:
        kind, at = _fst_head(content)
    except (struct.error, ValueError):
        return "is no OpenFst graph"
    if kind != b"vector":
        return ""
    return "" if _is_whole_vector_fst(content, at) else "is cut off"


def _fst_head(content: bytes) -> tuple[bytes, int]:
    """(type of the graph, offset of its version field); raises struct.error or ValueError."""
    (magic,) = struct.unpack_from("<i", content, 0)
    if magic != FST_MAGIC:
        raise ValueError("magic")
    kind, at = _text(content, 4)
    _, at = _text(content, at)
    return kind, at


def _text(content: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from("<i", content, at)
    if not 0 < length < 64:
        raise ValueError("length")
    return content[at + 4 : at + 4 + length], at + 4 + length


def _is_whole_vector_fst(content: bytes, at: int) -> bool:
    """Walk the states: each is a final weight, a count, and so many arcs of 16 bytes."""
    try:
        flags = struct.unpack_from("<i", content, at + 4)[0]
        states = struct.unpack_from("<q", content, at + 24)[0]
        at += 40
        if flags & 3:
            return True  # symbol tables stand between head and states: not followed here
        for _ in range(states):
            (arcs,) = struct.unpack_from("<q", content, at + 4)
            at += 12 + 16 * arcs
    except struct.error:
        return False
    return at <= len(content)


def _carries_words(path: Path) -> bool:
    """Whether the grammar graph brings the word list itself, as the full models' do."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        head = file.read(256)
    try:
        _, at = _fst_head(head)
        flags: int = struct.unpack_from("<i", head, at + 4)[0]
    except (struct.error, ValueError):
        return False
    return bool(flags & HAS_OUTPUT_SYMBOLS)


def _check_words(path: Path) -> str:
    try:
        rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        words = {word: int(number) for word, number in rows}
    except (UnicodeDecodeError, ValueError):
        return "is not a list of words and numbers"
    if len(words) < 3 or "<eps>" not in words:
        return "is cut off or has no <eps>"
    return "" if len(set(words.values())) == len(words) else "gives one number to two words"


def _check_numbers(path: Path) -> str:
    numbers = path.read_text(encoding="utf-8", errors="replace").split()
    return "" if numbers and all(number.isdecimal() for number in numbers) else "holds no numbers"


def _check_options(path: Path) -> str:
    options = path.read_text(encoding="utf-8", errors="replace").split()
    phones = [o.partition("=")[2] for o in options if o.startswith("--endpoint.silence-phones")]
    if not phones or not all(p and p.replace(":", "").isdecimal() for p in phones):
        return "does not say --endpoint.silence-phones"
    return "" if all(option.startswith("--") for option in options) else "has a line that is no option"


def _check_features(path: Path) -> str:
    options = path.read_text(encoding="utf-8", errors="replace").split()
    return "" if options and all(option.startswith("--") for option in options) else "has a line that is no option"


_CONTENTS: Mapping[str, Callable[[Path], str]] = {
    "am/final.mdl": _check_acoustics,
    "conf/model.conf": _check_options,
    "conf/mfcc.conf": _check_features,
    "graph/HCLr.fst": _check_graph,
    "graph/Gr.fst": _check_graph,
    "graph/words.txt": _check_words,
    "graph/disambig_tid.int": _check_numbers,
}
