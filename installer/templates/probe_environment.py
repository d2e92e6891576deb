"""What is in this environment? Whose each module is, licence texts, bills and versions of what wheels carry; as JSON.

Run by installer/contents.py with the interpreter that programs are frozen with.
"""

import importlib.metadata
import json
import platform
import re
import ssl
import sys
from pathlib import Path

import numpy
import PySide6
import sounddevice
import soundfile
from sqlcipher3 import dbapi2

TEXTS = re.compile(r"\.dist-info/(.*/)?[\w.-]*(licen[cs]e|copying|notice|authors)[\w.-]*$", re.IGNORECASE)
cipher = dbapi2.connect(":memory:")
cipher.execute("PRAGMA key = 'nothing is kept'")  # before it the library tells nothing of its provider
icu = next(Path(PySide6.__file__).parent.glob("Qt/lib/libicuuc.so.*"), None)
blas = numpy.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
inside = {
    "python": platform.python_version(),
    "openssl": re.sub(r"^OpenSSL ([\w.]+).*", r"\1", ssl.OPENSSL_VERSION),
    "sqlite": dbapi2.sqlite_version,
    "sqlcipher": cipher.execute("PRAGMA cipher_version").fetchone()[0].split()[0],
    "sqlcipher_openssl": re.sub(
        r"^OpenSSL ([\w.]+).*", r"\1", (cipher.execute("PRAGMA cipher_provider_version").fetchone() or [""])[0]
    ),
    "qt": importlib.metadata.version("pyside6-essentials"),
    "icu": icu.name.rpartition(".so.")[2] if icu else "the system's",
    "openblas": str(blas.get("version", "")),
    "portaudio": re.sub(r"^PortAudio V([\w.-]+).*", r"\1", sounddevice.get_portaudio_version()[1]),
    "sndfile": soundfile.__libsndfile_version__,
    "pyinstaller": importlib.metadata.version("pyinstaller"),
    "silero": "6.2",
}
texts: dict[str, dict[str, str]] = {}
bills: dict[str, list[dict[str, object]]] = {}
for each in importlib.metadata.distributions():
    files = sorted(each.files or [], key=str)
    texts[each.name] = {
        str(file).partition(".dist-info/")[2]: file.read_text(encoding="utf-8")
        for file in files
        if TEXTS.search(file.as_posix())
    }
    bills[each.name] = [
        component
        for file in files
        if ".dist-info/sboms/" in file.as_posix() and file.suffix == ".json"
        for component in json.loads(file.read_text(encoding="utf-8")).get("components", [])
    ]
json.dump(
    {
        "owners": importlib.metadata.packages_distributions(),
        "standard": sorted({*sys.stdlib_module_names, *sys.builtin_module_names}),
        "texts": texts,
        "bills": bills,
        "inside": {name: version for name, version in inside.items() if version},
    },
    sys.stdout,
)
