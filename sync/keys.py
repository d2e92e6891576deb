"""How is a command named? By a UUIDv7: unique without asking anyone, and in the order of time (RFC 9562 §5.7)."""

import secrets
import uuid

from sync.domain.order import CommandKey


def new_key(now: int, chance: int | None = None) -> CommandKey:
    """A key for Unix ms ``now``; ``chance`` is 74 random bits, drawn here unless given."""
    bits = secrets.randbits(74) if chance is None else chance
    high, low = bits >> 62, bits & ((1 << 62) - 1)
    value = (now & ((1 << 48) - 1)) << 80 | 0x7 << 76 | (high & 0xFFF) << 64 | 0b10 << 62 | low
    return CommandKey(str(uuid.UUID(int=value)))
