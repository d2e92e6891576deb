"""What became of a damaged queue? What a person is told of it; known without opening a store."""

import msgspec


class Salvage(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a damaged queue: ``recovered`` commands came back, ``unsent`` of them wait for the central.

    ``aside`` is where the damaged file lies; empty where its pages were whole and only its end was missing.
    The commands numbered ``lost`` could not be read anywhere; ``blind``: how many there were is not known either.
    """

    aside: str = ""
    recovered: int = 0
    unsent: int = 0
    lost: tuple[int, ...] = ()
    blind: bool = False
