"""Does the central answer as it publishes, whatever it is asked? Schemathesis asks; all its checks judge."""

from typing import Any

import hypothesis
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source

from sync.server.app import document
from sync.wire.messages import STOCK_LIMIT, Session
from tests.contract.world import World, read

pytestmark = pytest.mark.slow
EXAMPLES = 25
"""Per operation, besides those that schemathesis derives from the document itself."""
WALKS, STEPS = 20, 12
_PATIENCE = 0.01
_SOME_TOKEN = "Bearer of the test"
REFUSED = ["400", "401", "403", "404", "405", "410", "413", "415", "422", "426"]
EXPECTED = ["2xx", "401", "403", "404", "410", "422", "429"]
"""What a well-formed question may meet: also a cursor that is gone (410), or an order that does not allow it (422)."""
PUBLISHED: dict[str, Any] = msgspec.json.decode(document())


@pytest.fixture(scope="module")
def published() -> Any:
    """The document, without the event stream, which has no end; what to ask is thought of when it is needed."""
    config = schemathesis.Config.from_dict(
        {
            "checks": {
                "positive_data_acceptance": {"expected-statuses": EXPECTED},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            }
        }
    )
    read_in = schemathesis.openapi.from_dict(without_long_lists(), config=config)
    schema = read_in.exclude(operation_id="events")
    schema.auth(refresh_interval=None)(Tokens)
    return schema


def without_long_lists() -> dict[str, Any]:
    """Thinking of ten thousand levels of stock takes longer than all else: contract/test_stock.py sends them."""
    copy: dict[str, Any] = msgspec.json.decode(document())
    levels = copy["components"]["schemas"]["StockLevels"]["properties"]["levels"]
    assert levels.pop("maxItems") == STOCK_LIMIT
    return copy


def bounded(examples: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )


class Tokens:
    """Says that a token is sent; which one is known when the central is up, after the questions were collected."""

    def get(self, _case: Any, _context: Any) -> str:
        return _SOME_TOKEN

    def set(self, case: Any, token: str, _context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": token}


def token(asked: World, case: Any) -> str:
    """What the operation takes; signing out gets a token of its own, since it ends it."""
    if "{source}" in case.path:
        return asked.service_token
    if case.operation.definition.raw["operationId"] == "sign_out":
        return read(asked.sign_in("300"), Session).access_token
    return asked.boss.session.access_token


def prepare(asked: World, case: Any) -> None:
    """The token of this central in place of the made-up one, and no long wait."""
    if case.headers.get("Authorization") == _SOME_TOKEN:
        case.headers["Authorization"] = f"Bearer {token(asked, case)}"
    if isinstance(case.query.get("wait"), int | float) and case.query["wait"] > 0:
        case.query["wait"] = _PATIENCE


def ask(case: Any, asked: World) -> None:
    prepare(asked, case)
    case.call_and_validate(base_url=asked.url)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (path, method)
        for path, methods in PUBLISHED["paths"].items()
        for method in methods
        if methods[method]["operationId"] != "events"
    ],
)
def test_every_operation_answers_as_published(asked: World, published: Any, path: str, method: str) -> None:
    """The questions are made here, and not while tests are collected: that takes every worker many seconds."""
    asking = build_operation_test(
        config=published.config,
        operation=published[path][method],
        test_func=ask,
        given_kwargs={},
        feedback=FeedbackSources(constants_value_source=make_constants_value_source(published)),
        explicit_settings=bounded(EXAMPLES),
    )
    asking(asked=asked)


def test_every_answer_that_names_a_place_to_go_on_from_is_linked() -> None:
    linked = {
        (told["operationId"], following)
        for methods in PUBLISHED["paths"].values()
        for told in methods.values()
        for following in told["responses"].get("200", {}).get("links", {})
    }
    assert {("orders", "changes"), ("changes", "changes"), ("checksum", "changes"), ("put_order", "history")} <= linked


def test_walks_through_the_api_meet_nothing_unpublished(asked: World, published: Any) -> None:
    """Follow the links between answers and questions: ids and cursors of one go into the next."""

    class Walk(published.as_state_machine()):  # type: ignore[misc]  # made by schemathesis at run time
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            prepare(asked, case)
            return {"base_url": asked.url}

    Walk.run(settings=hypothesis.settings(bounded(WALKS), stateful_step_count=STEPS))
