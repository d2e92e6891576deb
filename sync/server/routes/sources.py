"""What do ERP and WMS tell? Orders as they know them, and what happened to them."""

from litestar import Response, post, put
from litestar.params import FromPath, JSONBody

from sync.server.access import SourceRequest, central_of, source
from sync.server.answers import documented
from sync.server.bodies import Exact
from sync.server.central import Central, in_thread
from sync.server.rules import ingest
from sync.wire.codec import encode
from sync.wire.messages import Ingested, IngestEvent, IngestOrder, StockLevels, StockTaken
from sync.wire.problems import Kind

JSON = "application/json"
_KINDS = (Kind.SIGN_IN_AGAIN, Kind.NOT_PERMITTED, Kind.REFUSED, Kind.TOO_LARGE, Kind.UNSUPPORTED)


def _put(central: Central, name: str, external_id: str, document: IngestOrder) -> Ingested:
    with central.storage.write() as writing:
        return ingest.put(writing, name, external_id, document, at=central.clock(), new_id=central.new_id)


def _happen(central: Central, name: str, external_id: str, event: IngestEvent) -> Ingested:
    with central.storage.write() as writing:
        return ingest.happen(writing, name, external_id, event, at=central.clock())


@put(
    "/sources/{source:str}/orders/{external_id:str}",
    operation_id="put_order",
    dto=Exact,
    return_dto=None,
    guards=[source],
    security=[{"service": []}],
    responses=documented(Ingested, "The order's id and version", *_KINDS),
)
async def put_order(request: SourceRequest, external_id: FromPath[str], data: JSONBody[IngestOrder]) -> Response[bytes]:
    """Take an order as the source knows it. The same document again changes nothing; staff's decisions stay."""
    done = await in_thread(_put, central_of(request), request.user, external_id, data)
    return Response(encode(done), media_type=JSON)


@post(
    "/sources/{source:str}/orders/{external_id:str}/events",
    operation_id="put_order_event",
    dto=Exact,
    return_dto=None,
    guards=[source],
    security=[{"service": []}],
    status_code=200,
    responses=documented(Ingested, "The order's id and version", *_KINDS, Kind.NOT_FOUND),
)
async def put_order_event(
    request: SourceRequest, external_id: FromPath[str], data: JSONBody[IngestEvent]
) -> Response[bytes]:
    """Take a status move, an exception, a waybill check or a change request; a repeated `external_id` is harmless."""
    done = await in_thread(_happen, central_of(request), request.user, external_id, data)
    return Response(encode(done), media_type=JSON)


def _stock(central: Central, levels: StockLevels) -> StockTaken:
    with central.storage.write() as writing:
        return ingest.take_stock(writing, levels)


@put(
    "/sources/{source:str}/stock",
    operation_id="put_stock",
    dto=Exact,
    return_dto=None,
    guards=[source],
    security=[{"service": []}],
    responses=documented(StockTaken, "How many levels were taken", *_KINDS),
)
async def put_stock(request: SourceRequest, data: JSONBody[StockLevels]) -> Response[bytes]:
    """Take what warehouses can promise of articles now; what is not named stays. All or nothing."""
    taken = await in_thread(_stock, central_of(request), data)
    return Response(encode(taken), media_type=JSON)
