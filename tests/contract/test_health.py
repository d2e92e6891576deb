"""Do load balancers, Prometheus and whoever reads the log learn what they need?"""

import logging
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sync.server.errors import StorageUnavailable
from tests.contract.world import World, problem_type


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", text, re.MULTILINE)
    assert found, f"{name} is not in:\n{text}"
    return float(found[1])


class TestAlone:
    """On a server of its own, whose figures nobody else moves."""

    @pytest.fixture
    def alone(self) -> bool:
        return True

    def test_a_healthy_central_is_alive_and_ready(self, central: World) -> None:
        assert central.http.get("/healthz").text == "alive\n"
        assert central.http.get("/readyz").text == "ready\n"

    def test_without_its_database_it_is_alive_but_not_ready(
        self, central: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def gone() -> None:
            raise StorageUnavailable("connection refused")

        monkeypatch.setattr(central.storage, "read", gone)
        assert central.http.get("/healthz").status_code == 200
        answer = central.http.get("/readyz")
        assert (answer.status_code, problem_type(answer)) == (503, "unavailable")

    def test_a_stopping_central_is_not_ready(self, central: World) -> None:
        central.app_central.notifier.close()
        assert central.http.get("/readyz").status_code == 503


def test_the_figures_tell_commands_sign_ins_and_the_feed(central: World) -> None:
    order_id = central.put().id
    central.east.send(central.east.command(order_id, base=1))
    central.sign_in("100", "0000")
    answer = central.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert figure(answer.text, 'exception_desk_commands_total{op="intercept",status="applied"}') == 1
    assert figure(answer.text, 'exception_desk_sign_ins_total{grant="badge",outcome="granted"}') == 1
    assert figure(answer.text, 'exception_desk_sign_ins_total{grant="badge",outcome="bad-credentials"}') == 1
    assert figure(answer.text, "exception_desk_feed_position") == 2


def test_prometheus_reads_every_figure(central: World) -> None:
    """By the parser of Prometheus' own client: names, types and labels, and no figure twice."""
    central.east.send(central.east.command(central.put().id, base=1))
    families = list(text_string_to_metric_families(central.http.get("/metrics").text))
    samples = [(sample.name, tuple(sorted(sample.labels.items()))) for family in families for sample in family.samples]
    assert len(set(samples)) == len(samples)
    kinds = {family.name: family.type for family in families}
    assert kinds == {
        "exception_desk_requests": "counter",
        "exception_desk_request_seconds": "histogram",
        "exception_desk_commands": "counter",
        "exception_desk_sign_ins": "counter",
        "exception_desk_event_streams": "gauge",
        "exception_desk_feed_position": "gauge",
    } | {name: "gauge" for name in kinds if name.endswith("_created")}
    assert all(family.documentation for family in families)


def test_an_open_stream_is_counted(central: World) -> None:
    headers = central.east.headers
    with central.http.stream("GET", "/v1/events", headers=headers) as response:
        lines = response.iter_lines()  # kept: letting it go would hang up
        next(lines)
        assert figure(central.http.get("/metrics").text, "exception_desk_event_streams") == 1


def test_every_answer_carries_an_id_that_its_problem_names(central: World) -> None:
    own = central.http.get("/v1/orders", headers={"x-request-id": "ticket-4711"})
    assert own.headers["x-request-id"] == "ticket-4711"
    assert own.json()["instance"] == "urn:request:ticket-4711"
    first, second = (central.http.get("/v1/meta").headers["x-request-id"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a,b"])
def test_an_id_that_could_mislead_a_log_is_replaced(central: World, given: str) -> None:
    answer = central.http.get("/v1/meta", headers={"x-request-id": given})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])


def test_a_request_is_logged_by_its_template_not_by_its_ids(central: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "sync.server.observed"):
        central.east.get("orders/secret-order/history")
        central.http.get("/v1/meta")  # on the same connection: the line about the one before is written by now
    assert "GET /v1/orders/{order_id}/history 404" in caplog.text
    assert "secret-order" not in caplog.text


def test_a_fault_is_logged_without_what_the_address_names(
    central: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr("sync.server.routes.attachments._fetched", broken)
    assert central.east.get("orders/o-1/attachments/周文博的照片.jpg").status_code == 500
    assert "GET /v1/orders/{order_id}/attachments/{file} failed" in caplog.text
    assert "周文博" not in caplog.text
    assert "%E5" not in caplog.text
