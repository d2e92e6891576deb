"""Which requests does the central answer? One module per noun; every route of ``/v1`` is listed here."""

from litestar.types import ControllerRouterHandler

from sync.server.routes.attachments import attachment, put_attachment
from sync.server.routes.changes import changes, checksum
from sync.server.routes.colleagues import (
    messages,
    previous_orders,
    send_message,
    share_view,
    unshare_view,
    views,
)
from sync.server.routes.commands import command_result, commands
from sync.server.routes.events import events
from sync.server.routes.meta import directory, meta
from sync.server.routes.orders import history, orders, reassign_options
from sync.server.routes.session import sign_in, sign_out
from sync.server.routes.sources import put_order, put_order_event, put_stock

ROUTES: tuple[ControllerRouterHandler, ...] = (
    meta,
    directory,
    sign_in,
    sign_out,
    orders,
    history,
    reassign_options,
    changes,
    checksum,
    events,
    commands,
    command_result,
    messages,
    send_message,
    views,
    share_view,
    unshare_view,
    previous_orders,
    attachment,
    put_attachment,
    put_order,
    put_order_event,
    put_stock,
)
