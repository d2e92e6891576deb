"""Is the published contract valid, whole and true?"""

from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from openapi_spec_validator import validate

from sync.server.app import create, document
from sync.server.storage.base import Storage
from sync.wire import messages
from sync.wire.problems import MEDIA_TYPE
from tests.contract.world import World


@pytest.fixture
def published(central: World) -> dict[str, Any]:
    answer = central.http.get("/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(published: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(m.upper(), path): op for path, item in published["paths"].items() for m, op in item.items()}


def test_the_document_is_valid_openapi_3_1_and_the_command_line_prints_the_same(published: dict[str, Any]) -> None:
    assert published["openapi"].startswith("3.1.")
    validate(published)
    assert msgspec.json.decode(document()) == published


def test_every_route_is_documented(storage: Storage, published: dict[str, Any]) -> None:
    app: Litestar = create(storage)
    served = {
        (method, route.path_format.replace(":str", ""))
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method != "OPTIONS"
    }
    operating = {("GET", path) for path in ("/v1/openapi.json", "/healthz", "/readyz", "/metrics")}
    assert operating <= served
    assert served - operating == set(operations(published))


def test_every_operation_has_a_name_words_an_answer_and_its_problems(published: dict[str, Any]) -> None:
    found = operations(published)
    assert len({op["operationId"] for op in found.values()}) == len(found)
    for name, op in found.items():
        assert op["description"], name
        assert {"400", "500", "503"} <= set(op["responses"]), name
        for status, answer in op["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == [MEDIA_TYPE], (name, status)
        if name[1] not in {"/v1/meta", "/v1/session"} or name[0] == "DELETE":
            assert op["security"], name
            assert "401" in op["responses"], name


def test_every_reference_leads_somewhere(published: dict[str, Any]) -> None:
    schemas = published["components"]["schemas"]

    def references(value: object) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*(references(item) for item in value.values()))
        return set().union(*(references(item) for item in value)) if isinstance(value, list) else set()

    used = references(published)
    assert used
    assert used <= {f"#/components/schemas/{name}" for name in schemas}


@pytest.mark.parametrize("body", ["OrdersPage", "ChangesPage", "CommandBatch", "ResultBatch", "IngestOrder", "Session"])
def test_the_documented_bodies_are_those_of_the_messages(published: dict[str, Any], body: str) -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(getattr(messages, body))}
    assert set(published["components"]["schemas"][body]["properties"]) == fields
