"""Can the central be set up, served and stopped from the command line?"""

import contextlib
import json
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sync.server.cli import main
from sync.server.storage.sqlite import SqliteStorage
from tests.contract.world import uuid7
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[3]


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "sync.server", *arguments]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_S, check=False
    )


@contextlib.contextmanager
def serve(*arguments: str, stdin: int | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-W", "error", "-m", "sync.server", "serve", "--port", "0", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=stdin, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.fullmatch(r"listening on (https?://127\.0\.0\.1:\d+)\n", line)
            assert found, line
            yield process, found[1]
        finally:
            process.kill()


def end(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, told
    return told


def test_help_names_every_command() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    for command in ("serve", "user", "place", "token", "device", "epoch", "trail", "openapi"):
        assert command in shown.stdout


def test_openapi_prints_the_document(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["openapi"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["openapi"].startswith("3.1")


def test_the_database_may_be_told_out_of_everybodys_sight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["token", "add", "--source", "erp"])
    assert refused.value.code == 2
    assert "--database" in capsys.readouterr().err
    monkeypatch.setenv("EXCEPTION_DESK_DATABASE", str(tmp_path / "central.db"))
    assert main(["token", "add", "--source", "erp"]) == 0
    assert (tmp_path / "central.db").exists()
    unit = (ROOT / "installer" / "templates" / "linux" / "exception-desk-central.service").read_text(encoding="utf-8")
    assert "--database" not in unit


def test_a_real_company_is_set_up_and_served(tmp_path: Path) -> None:
    database = ("--database", str(tmp_path / "central.db"))
    warehouse = ("--kind", "warehouse", "--id", "W1", "--name-en", "One", "--name-zh", "一仓")
    assert run("place", "add", *database, *warehouse, "--spoken-en", "one", "--spoken-zh", "一仓").returncode == 0
    person = ("--id", "u1", "--name", "Ana", "--badge", "77", "--role", "operator", "--warehouses", "W1")
    assert run("user", "add", *database, *person, "--language", "en", text="4321\n").returncode == 0
    token = run("token", "add", *database, "--source", "erp").stdout.strip()
    with serve(*database) as (process, url):
        signed = httpx.post(
            f"{url}/v1/session", json={"grant": "badge", "badge": "77", "pin": "4321", "device": "ws", "language": "en"}
        )
        assert signed.json()["user"]["warehouses"] == ["W1"]
        answer = httpx.put(
            f"{url}/v1/sources/erp/orders/1", content=b"{}", headers={"authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 400
        end(process)


def test_the_demo_serves_orders_and_stops_in_mid_stream(tmp_path: Path) -> None:
    with serve("--database", str(tmp_path / "c.db"), "--demo", "7", "--orders", "30", "--pace", "0.05") as (
        process,
        url,
    ):
        signed = httpx.post(
            f"{url}/v1/session", json={"grant": "badge", "badge": "2001", "pin": "2468", "device": "ws"}
        )
        headers = {"authorization": f"Bearer {signed.json()['access_token']}"}
        assert httpx.get(f"{url}/v1/orders", headers=headers).json()["count"] >= 25
        with httpx.stream("GET", f"{url}/v1/events", headers=headers) as stream:
            lines = stream.iter_lines()
            next(lines)
            process.send_signal(signal.SIGTERM)
            for _ in lines:
                pass
        _, told = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, told) == (0, "")


def test_a_central_may_end_with_whoever_started_it(tmp_path: Path) -> None:
    """Its standard input is a pipe of which only we hold the other end."""
    with serve("--database", str(tmp_path / "c.db"), "--end-with-stdin", stdin=subprocess.PIPE) as (process, url):
        assert httpx.get(f"{url}/v1/meta").status_code == 200
        _, told = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, told) == (0, "")


def test_a_demo_that_is_started_again_goes_on_where_it_was(tmp_path: Path) -> None:
    """The warehouse at work is slower than the test: nothing but the made-up orders can be in the feed."""
    arguments = ("--database", str(tmp_path / "c.db"), "--demo", "7", "--orders", "30", "--pace", "3600")
    epochs, heads = [], []
    for _ in range(2):
        with serve(*arguments) as (process, url):
            epochs.append(httpx.get(f"{url}/v1/meta").json()["epoch"])
            end(process)
        storage = SqliteStorage(tmp_path / "c.db")
        with storage.read() as reading:
            heads.append(reading.head())
        storage.close()
    assert epochs[0] == epochs[1]
    assert heads[0] == heads[1] >= 30


def test_a_central_that_is_killed_keeps_what_it_answered_and_its_sessions(tmp_path: Path) -> None:
    arguments = ("--database", str(tmp_path / "c.db"), "--demo", "7", "--orders", "30")
    with serve(*arguments) as (process, url):
        signed = httpx.post(
            f"{url}/v1/session", json={"grant": "badge", "badge": "2001", "pin": "2468", "device": "ws"}
        )
        headers = {"authorization": f"Bearer {signed.json()['access_token']}"}
        order = httpx.get(f"{url}/v1/orders", params={"limit": 1}, headers=headers).json()["orders"][0]
        wish = {"key": uuid7(), "device": "ws", "n": 1, "order_id": order["id"], "op": "intercept", "reason": "fraud"}
        batch = {"commands": [{**wish, "issued_by": "u-wang", "issued_at": 1, "base": order["version"]}]}
        first = httpx.post(f"{url}/v1/commands", json=batch, headers=headers).json()["results"]
        process.kill()
    assert first[0]["status"] == "applied"
    with serve(*arguments) as (process, url):
        assert httpx.post(f"{url}/v1/commands", json=batch, headers=headers).json()["results"] == first
        end(process)


def test_a_taken_port_and_a_foreign_file_are_told_in_one_line(tmp_path: Path) -> None:
    with serve("--database", str(tmp_path / "c.db")) as (process, url):
        second = run("serve", "--database", str(tmp_path / "d.db"), "--port", url.rsplit(":", 1)[1])
        assert (second.returncode, second.stdout) == (1, "")
        assert "cannot listen on 127.0.0.1" in second.stderr
        assert second.stderr.count("\n") == 1
        end(process)
        (tmp_path / "e.db").write_bytes(os.urandom(8192))
        foreign = run("serve", "--database", str(tmp_path / "e.db"))
        assert foreign.returncode == 1
        assert foreign.stderr.count("\n") == 1


def test_tls_is_spoken_with_a_certificate(tmp_path: Path) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    asked = f"-newkey rsa:2048 -nodes -keyout {key} -out {cert} -days 1 -subj /CN=127.0.0.1"
    command = ["openssl", "req", "-x509", *asked.split(), "-addext", "subjectAltName=IP:127.0.0.1"]
    made = subprocess.run(command, capture_output=True, check=False)
    assert made.returncode == 0, made.stderr
    with serve("--database", str(tmp_path / "c.db"), "--certfile", str(cert), "--keyfile", str(key)) as (process, url):
        assert url.startswith("https://")
        assert httpx.get(f"{url}/v1/meta", verify=ssl.create_default_context(cafile=cert)).status_code == 200
        end(process)


def test_a_certificate_that_cannot_be_used_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("no certificate")
    for name in ("cert.pem", "missing.pem"):
        failed = run("serve", "--database", str(tmp_path / "c.db"), "--port", "0", "--certfile", str(tmp_path / name))
        assert (failed.returncode, failed.stdout) == (1, "")
        assert name in failed.stderr
        assert failed.stderr.count("\n") == 1


def test_a_workstation_is_revoked_and_a_new_epoch_begun_while_the_central_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = ("--database", str(tmp_path / "c.db"))
    with serve(*database, "--demo", "7", "--orders", "30") as (process, url):
        sign_in = {"grant": "badge", "badge": "2001", "pin": "2468", "device": "ws-7"}
        signed = httpx.post(f"{url}/v1/session", json=sign_in).json()
        headers = {"authorization": f"Bearer {signed['access_token']}"}
        cursor = httpx.get(f"{url}/v1/orders", headers=headers).json()["cursor"]
        assert main(["epoch", "new", *database]) == 0
        assert "history kept until 20" in capsys.readouterr().out
        changes = f"{url}/v1/changes?cursor={cursor}"
        assert httpx.get(changes, headers=headers).status_code == 401
        refresh = {"grant": "refresh", "refresh_token": signed["refresh_token"], "device": "ws-7"}
        renewed = httpx.post(f"{url}/v1/session", json=refresh).json()["access_token"]
        headers["authorization"] = f"Bearer {renewed}"
        assert httpx.get(changes, headers=headers).status_code == 410
        assert main(["device", "revoke", *database, "--device", "ws-7"]) == 0
        assert capsys.readouterr().out == "1 sessions ended\n"
        assert httpx.get(f"{url}/v1/orders", headers=headers).status_code == 401
        assert httpx.post(f"{url}/v1/session", json=sign_in).status_code == 403
        main(["device", "list", *database])
        assert capsys.readouterr().out.endswith("\tws-7\n")
        assert main(["device", "allow", *database, "--device", "ws-7"]) == 0
        assert httpx.post(f"{url}/v1/session", json=sign_in).status_code == 200
        main(["trail", *database, "--newest", "6"])
        lines = [line.split("\t")[1:4] for line in capsys.readouterr().out.splitlines()]
        assert lines == [
            ["sign_in_badge", "u-wang", "ws-7"],
            ["new_epoch", "command line", ""],
            ["device_revoked", "command line", "ws-7"],
            ["sign_in_refused", "2001", "ws-7"],
            ["device_allowed", "command line", "ws-7"],
            ["sign_in_badge", "u-wang", "ws-7"],
        ]
        end(process)
