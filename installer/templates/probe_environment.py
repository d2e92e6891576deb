"""Which versions do the wheels of this environment carry inside? Printed as JSON; run by installer/documents.py."""

import importlib.metadata
import json
import platform
import re
import ssl
from pathlib import Path

import numpy
import PySide6
import sounddevice
import soundfile
from sqlcipher3 import dbapi2

cipher = dbapi2.connect(":memory:")
icu = next(Path(PySide6.__file__).parent.glob("Qt/lib/libicuuc.so.*"), None)
blas = numpy.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
print(
    json.dumps(
        {
            "python": platform.python_version(),
            "openssl": re.sub(r"^OpenSSL ([\w.]+).*", r"\1", ssl.OPENSSL_VERSION),
            "sqlite": dbapi2.sqlite_version,
            "sqlcipher": cipher.execute("PRAGMA cipher_version").fetchone()[0].split()[0],
            "sqlcipher_openssl": (cipher.execute("PRAGMA cipher_provider_version").fetchone() or ["as in the wheel"])[
                0
            ],
            "qt": importlib.metadata.version("pyside6-essentials"),
            "icu": icu.name.rpartition(".so.")[2] if icu else "the system's",
            "openblas": str(blas.get("version", "as in the wheel")),
            "portaudio": sounddevice.get_portaudio_version()[1].split(",")[0],
            "sndfile": soundfile.__libsndfile_version__,
            "pyinstaller": importlib.metadata.version("pyinstaller"),
        }
    )
)
