"""In which bytes does a caller see an order? As stored where the role needs no mask, else masked."""

import msgspec

from sync.domain.masking import mask
from sync.domain.permissions import Role
from sync.wire.codec import decode_order, encode

_SEES_ALL = frozenset({Role.SUPERVISOR})


def masked(body: bytes, role: Role) -> msgspec.Raw:
    """The order's JSON for this role."""
    return msgspec.Raw(body if role in _SEES_ALL else encode(mask(decode_order(body), role)))
