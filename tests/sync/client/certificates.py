"""Certificates for loopback, made by the openssl command: a good one, and one that ended long ago."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

_CONFIG = """
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
subjectAltName = IP:127.0.0.1
"""


@dataclass(frozen=True, slots=True)
class Certificate:
    key: Path
    certificate: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def trusted(self) -> ssl.SSLContext:
        """A client's context that trusts just this one."""
        return ssl.create_default_context(cafile=str(self.certificate))


def make_certificate(folder: Path, first: str, last: str) -> Certificate:
    """A self-signed certificate for 127.0.0.1, valid between these days (YYMMDD)."""
    folder.mkdir()
    (folder / "config").write_text(_CONFIG, encoding="ascii")
    (folder / "index.txt").touch()
    (folder / "serial").write_text("01\n", encoding="ascii")
    new = ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    sign = ["openssl", "ca", "-batch", "-selfsign", "-config", "config", "-keyfile", "key.pem", "-in", "request.pem"]
    for arguments in (
        [*new, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=127.0.0.1"],
        [*sign, "-out", "certificate.pem", "-startdate", f"{first}000000Z", "-enddate", f"{last}000000Z", "-notext"],
    ):
        subprocess.run(arguments, cwd=folder, check=True, capture_output=True)
    return Certificate(folder / "key.pem", folder / "certificate.pem")
