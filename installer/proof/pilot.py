"""How is a pilot run on two machines? The central's package on one, under systemd; the desk's on the other; a wire."""

import json
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from installer.errors import ProofFailed
from installer.proof.authority import Authority
from installer.proof.booted_system import BootedSystem
from installer.proof.clean_system import CleanSystem
from installer.proof.wire import CENTRAL_ADDRESS, End
from installer.release import TEMPLATES
from installer.steps import ask, do

BADGE, PIN = "2001", "2468"
PORT = "8642"
SERVER = f"https://{CENTRAL_ADDRESS}:{PORT}"
SERVICE = "exception-desk-central"
DATABASE = "/var/lib/exception-desk-central/central.db"
POSTGRESQL = "postgresql:///central?host=/var/run/postgresql"
SPOKEN_TAIL = "4712"
"""The order that the recording is about."""
QUEUED_EXIT = 3
STORE_EXIT = 6
_SETTINGS = "etc/exception-desk-central/central.env"


class Central:
    """The central's machine, as an administrator sits at it."""

    def __init__(self, machine: BootedSystem, authority: Authority) -> None:
        self.machine = machine
        self.authority = authority
        self._database = DATABASE
        self._token = ""

    def set_up(self, database: str, *, workers: int = 1) -> None:
        """Certificate and database into the service's file, a place, a person, a token; started by systemd."""
        self._database = database
        self.authority.certify(self.machine.system, CENTRAL_ADDRESS)
        settings = self.machine.system.root / _SETTINGS
        options = f"--certfile=/etc/{SERVICE}/chain.pem --keyfile=/etc/{SERVICE}/key.pem --workers={workers}"
        lines = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("EXC")]
        values = {"DATABASE": database, "HOST": CENTRAL_ADDRESS, "PORT": PORT, "OPTIONS": options}
        lines += [f'EXCEPTION_DESK_{name}="{value}"' for name, value in values.items()]
        settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.machine.do(
            "chown", f"root:{SERVICE}", f"/{_SETTINGS}", *(f"/etc/{SERVICE}/{n}.pem" for n in ("chain", "key"))
        )
        self.machine.do("chmod", "0640", f"/{_SETTINGS}", f"/etc/{SERVICE}/key.pem")
        self.machine.do("systemctl", "restart", SERVICE)
        names = ["--name-en", "East", "--name-zh", "东仓", "--spoken-en", "east", "--spoken-zh", "东仓"]
        self.do("place", "add", "--kind", "warehouse", "--id", "W-EAST", *names)
        who = ["--id", "u-chen", "--name", "Chen", "--badge", BADGE, "--role", "supervisor", "--warehouses", "W-EAST"]
        self.do("user", "add", *who, said=f"{PIN}\n")
        self._token = self.do("token", "add", "--source", "erp").strip()

    def do(self, *words: str, said: str | None = None) -> str:
        """A command of the central's program as the service's own user; its output."""
        as_user = ["runuser", "-u", SERVICE, "--", SERVICE, *words, "--database", self._database]
        return self.machine.do(*as_user, said=said)

    def take_order(self, tail: str) -> None:
        """An order arrives from the ERP, over the wire and TLS."""
        now = time.time_ns() // 1_000_000
        document = {
            "number": f"20261122{tail}", "warehouse": "W-EAST", "status": "waiting",
            "customer": {"company": "Suzhou Home", "contact": "Zhou", "phone": "12600001234", "province": "Jiangsu",
                         "city": "Suzhou", "district": "Gusu", "street": "Tingfeng Street 8"},
            "lines": [{"sku": "SF-1", "name": "Sofa", "quantity": 2, "price": 329900}],
            "total": 659800, "due_at": now + 7_200_000, "created_at": now,
        }  # fmt: skip
        words: list[str | Path] = [
            f"{SERVER}/v1/sources/erp/orders/SO-{tail}",
            self.authority.root,
            self._token,
            json.dumps(document),
        ]
        do([*self.machine.end.within(), sys.executable, TEMPLATES / "put_order.py", *words])

    def wait_until_it_listens(self) -> None:
        """It was started by systemd: raises ProofFailed when it does not answer."""
        url, root = f"{SERVER}/readyz", str(self.authority.root)
        knock = ["curl", "--silent", "--show-error", "--fail", "--cacert", root, "--retry", "30", "--retry-delay", "1"]
        answer = ask([*self.machine.end.within(), *knock, "--retry-all-errors", url], seconds=120)
        said = self.machine.ask("systemctl", "is-active", SERVICE).output.strip()
        if answer.code or said != "active":
            journal = self.machine.ask("journalctl", "--no-pager", "-u", SERVICE, "-n", "30").output
            raise ProofFailed(f"the packaged central is {said}: {answer.output} {journal[-3000:]}")
        seen = self.machine.do("sh", "-c", "tr '\\0' ' ' < /proc/$(systemctl show -P MainPID " + SERVICE + ")/cmdline")
        if self._database in seen:
            raise ProofFailed(f"whoever looks at the processes sees the database's address: {seen}")

    def exposure(self) -> str:
        """How systemd rates the unit that is running."""
        said = self.machine.do("systemd-analyze", "security", "--no-pager", SERVICE)
        return next((line.strip("→ ") for line in said.splitlines() if "Overall exposure" in line), "no figure")

    def applied(self, keys: list[str]) -> dict[str, int]:
        """How often each command stands in the audit trail of the SQLite database."""
        path = self.machine.system.root / DATABASE.removeprefix("/")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            entries = [json.loads(bytes(entry)) for (entry,) in db.execute("SELECT entry FROM history")]
        found = [str(entry.get("key")) for entry in entries]
        return {key: found.count(key) for key in keys}


class Workstation:
    """The desk's machine, as a person sits at it. The server's address is the one that debconf was given."""

    def __init__(self, system: CleanSystem, end: End, person: str) -> None:
        self.system = system
        self._end = end
        self._person = person

    def run(self, *words: str, expect: tuple[int, ...] = (0,)) -> str:
        """The packaged program as the person; its output."""
        asked = {"user": self._person, "environment": {"EXCEPTION_DESK_PIN": PIN}, "end": self._end}
        return self.system.do("exception-desk", *words, expect=expect, **asked)

    def desk(self, *words: str, expect: tuple[int, ...] = (0,)) -> str:
        """A spoken or typed command; the answer as JSON text."""
        return self.run(*words, "--badge", BADGE, "--language", "en", "--json", expect=expect)

    def queue(self, text: str) -> str:
        """Say a command while the central is away; the key under which it waits."""
        said = self.desk("say", text, "confirm", "--wait", "0", expect=(QUEUED_EXIT,))
        return str(json.loads(said[said.index("{") :])["key"])

    def doctor(self) -> list[dict[str, str]]:
        """The findings; Qt's own remarks before them are left out."""
        output = self.run("doctor", "--json", "--language", "en", expect=(0, 1))
        found: list[dict[str, str]] = json.loads(output[output.index("[{") :])
        return found

    def finding(self, check: str) -> tuple[str, str]:
        """State and meaning of the doctor's first finding of that kind."""
        return next(((each["state"], each["what"]) for each in self.doctor() if each["check"] == check), ("", ""))

    def unsent(self) -> int:
        """How many commands wait, as the program's own doctor counts them."""
        store = next(finding for finding in self.doctor() if finding["check"] == "store")
        counted = [word for word in store["said"].split() if word.isdigit()]
        return int(counted[0]) if counted else -1

    def expect_too_new(self) -> None:
        """The older program must refuse the newer store, with its own exit code, and must not change it."""
        store = self.store() / "outbox.db"
        before = store.read_bytes()
        said = self.desk("say", "help", expect=(STORE_EXIT,))
        if store.read_bytes() != before or "newer" not in said:
            raise ProofFailed(f"the older program touched the newer store, or did not say why it ended: {said[-500:]}")

    def send_all(self) -> None:
        """Work on line until nothing waits; raises ProofFailed when something stays."""
        for _ in range(10):
            self.desk("say", "help", "--wait", "3", expect=(0, 1))
            if self.unsent() == 0:
                return
        raise ProofFailed(f"{self.unsent()} commands still wait although the central answers")

    def store(self) -> Path:
        """Where the person's queue is, as the builder sees it."""
        return self.system.root / "home" / self._person / ".local/share/exception-desk"
