"""Whose certificates does a pilot use? A company's own root, made here, that no system knows before it is told."""

from pathlib import Path

from installer.proof.clean_system import CleanSystem
from installer.steps import do, tool


class Authority:
    """A root in a folder. Its certificates are for an address and are good for two days."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.root = folder / "root.pem"
        self._openssl = tool("openssl", "openssl")
        make = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Company root of the proof"]
        usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        do([self._openssl, *make, *usage, "-keyout", folder / "root.key", "-out", self.root])

    def certify(self, system: CleanSystem, address: str) -> None:
        """A key and a certificate for the address into the central's folder of settings."""
        here, there = self._folder, system.root / "etc/exception-desk-central"
        asked, more = here / "asked.pem", here / "more"
        subject: list[str | Path] = ["-subj", f"/CN={address}", "-keyout", there / "key.pem", "-out", asked]
        do([self._openssl, "req", "-newkey", "rsa:2048", "-nodes", *subject])
        more.write_text(f"subjectAltName=IP:{address}\nextendedKeyUsage=serverAuth\n", encoding="ascii")
        signed: list[str | Path] = [
            "-CA",
            self.root,
            "-CAkey",
            here / "root.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            more,
        ]
        do([self._openssl, "x509", "-req", "-in", asked, *signed, "-out", there / "chain.pem"])

    def be_trusted(self, system: CleanSystem) -> None:
        """What IT does on a workstation: the root into the system's store."""
        text = self.root.read_text(encoding="ascii")
        system.write("usr/local/share/ca-certificates/company.crt", text)
        system.do("update-ca-certificates")
