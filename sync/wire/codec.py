"""How does a value become bytes and back? Strict JSON by msgspec; a bad body says where it is wrong."""

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from sync.domain.commands import Command
from sync.domain.order import Order

T = TypeVar("T")


class BadBodyError(ValueError):
    """The bytes are not the value they should be; the message names the place, e.g. ``$.orders[3].total``."""


@cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_)


_encoder = msgspec.json.Encoder()


def encode(value: object) -> bytes:
    """The JSON of a struct, UTF-8."""
    return _encoder.encode(value)


def decode(body: bytes | str, type_: type[T]) -> T:
    """A validated value of ``type_`` (a struct or a union of structs); raises BadBodyError."""
    try:
        value: T = _decoder(cast(Hashable, type_)).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise BadBodyError(str(wrong)) from wrong
    return value


def fingerprint(command: Command) -> str:
    """SHA-256 of the command's canonical JSON: the same key with another fingerprint is another command."""
    return hashlib.sha256(msgspec.json.encode(command, order="sorted")).hexdigest()


class ScopeHash:
    """SHA-256 over ``id:version`` lines: equal exactly when two copies of a scope are, both added in order of id."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, orders: Iterable[tuple[str, int]]) -> None:
        """The next orders, sorted by id."""
        self._digest.update("".join([f"{order_id}:{version}\n" for order_id, version in orders]).encode())

    @property
    def hex(self) -> str:
        return self._digest.hexdigest()


def scope_hash(orders: Sequence[tuple[str, int]]) -> str:
    """The ``ScopeHash`` of all these at once, in whatever order they come."""
    digest = ScopeHash()
    digest.add(sorted(orders))  # next to nothing where they come sorted
    return digest.hex


def decode_order(body: bytes | str) -> Order:
    """One order from its stored JSON; raises BadBodyError."""
    return decode(body, Order)
