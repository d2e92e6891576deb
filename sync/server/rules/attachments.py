"""Which files belong to an order? Sources bring them, staff who see the order fetch them; nobody opens them here."""

import hashlib
import re

import msgspec

from sync.domain.masking import mask
from sync.domain.order import Attachment, Order, OrderId, Status
from sync.domain.permissions import User
from sync.server.errors import Answer
from sync.server.rules.sight import visible
from sync.server.storage.base import Reading, Writing
from sync.wire.messages import HistoryEntry, Ingested
from sync.wire.problems import Kind

FILES_LIMIT = 20
LARGEST_FILE = 8 * 1024 * 1024
_LONGEST_NAME = 200
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\]+")
_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,60}/[A-Za-z0-9][A-Za-z0-9.+-]{0,60}")
ANYTHING = "application/octet-stream"


def attach(
    writing: Writing, source: str, external_id: str, name: str, content: bytes, media_type: str, at: int
) -> Ingested:
    """Keep the file with the order. The same name with the same content again changes nothing.

    Raises Answer: NOT_FOUND for an unknown order, REFUSED for a closed one or too many files, MALFORMED for a name that
    is none or an empty file, TOO_LARGE.
    """
    _check(name, content)
    known = writing.source_order(source, external_id)
    order = None if known is None else writing.order(known.order_id)
    if order is None:
        raise Answer(Kind.NOT_FOUND, "no_such_source_order")
    id_ = hashlib.sha256(name.encode() + b"\x00" + content).hexdigest()[:32]
    if any(a.id == id_ for a in order.attachments):
        return Ingested(id=order.id, version=order.version, changed=False)
    if order.status is Status.CLOSED:
        raise Answer(Kind.REFUSED, "refusal.closed")
    if len(order.attachments) >= FILES_LIMIT:
        raise Answer(Kind.REFUSED, "too_many_files", limit=str(FILES_LIMIT))
    plain = media_type.partition(";")[0].strip().lower()
    kept = Attachment(id=id_, name=name, media_type=plain if _TYPE.fullmatch(plain) else ANYTHING, size=len(content))
    after = msgspec.structs.replace(
        order,
        attachments=(*order.attachments, kept),
        version=order.version + 1,
        updated_at=at,
        since=order.same_since,
    )
    writing.save(after, order.warehouse)
    writing.keep_attachment(order.id, kept, content)
    entry = HistoryEntry(at=at, version=after.version, who=source, device="", action="attached", detail=name)
    writing.note(order.id, entry)
    return Ingested(id=order.id, version=after.version, changed=True)


def _check(name: str, content: bytes) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or name.strip(". ") == "":
        raise Answer(Kind.MALFORMED, "where", what="the name of the file")
    if not content:
        raise Answer(Kind.MALFORMED, "where", what="an empty file")
    if len(content) > LARGEST_FILE:
        raise Answer(Kind.TOO_LARGE)


def fetched(reading: Reading, user: User, order_id: str, attachment_id: str) -> tuple[Attachment, bytes]:
    """The file, if the caller sees the order. Raises Answer NOT_FOUND."""
    order: Order | None = visible(user, reading.order(OrderId(order_id)))
    found = (
        None if order is None else next((a for a in mask(order, user.role).attachments if a.id == attachment_id), None)
    )
    content = None if found is None else reading.attachment(OrderId(order_id), attachment_id)
    if found is None or content is None:
        raise Answer(Kind.NOT_FOUND, "no_such_order")
    return found, content
