"""How is a request's body read? As JSON of exactly the published types: the text ``"3"`` is no number, ``1`` no truth.

Litestar reads a body leniently, as if it were a query string. ``1.0`` is the integer 1 in JSON Schema, and here too.
"""

from typing import Any, ClassVar

import msgspec
from litestar.dto import AbstractDTO
from litestar.exceptions import ClientException
from litestar.typing import FieldDefinition

from sync.wire.codec import BadBodyError, decode


class Exact(AbstractDTO[Any]):
    """The ``dto`` of a route whose ``data`` is a struct, or a union of structs, of ``sync.wire``."""

    _types: ClassVar[dict[str, Any]] = {}
    """By the id of the route's function."""

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        del backend_cls
        cls._types[handler_id] = field_definition.annotation

    @classmethod
    def create_openapi_schema(cls, field_definition: FieldDefinition, handler_id: str, schema_creator: Any) -> Any:
        """The schema of the type as it is."""
        del handler_id
        return schema_creator.for_field_definition(field_definition)

    def decode_bytes(self, value: bytes) -> Any:
        """Raises ClientException, which names the place."""
        type_ = self._types[self.asgi_connection.route_handler.handler_id]
        try:
            return decode(value, type_)
        except BadBodyError as wrong:
            if "`float`" in str(wrong):
                return _with_whole_numbers(value, type_)
            raise ClientException(str(wrong)) from wrong


def _with_whole_numbers(body: bytes, type_: Any) -> Any:
    try:
        return msgspec.convert(_whole(msgspec.json.decode(body)), type_)
    except (msgspec.ValidationError, RecursionError) as wrong:
        raise ClientException(str(wrong)) from wrong


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return {key: _whole(item) for key, item in value.items()} if isinstance(value, dict) else value
