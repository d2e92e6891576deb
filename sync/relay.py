"""How do commands go out whose issuer is not at the desk? Under that person's own token, as long as it works."""

import functools
import logging
from collections.abc import Callable
from typing import Protocol

from sync.domain.order import UserId
from sync.domain.permissions import User
from sync.errors import Answered, NotSignedIn, WorkstationRevoked
from sync.store.outbox import Outbox
from sync.stumbling import Stumbling
from sync.wire.messages import Meta
from sync.wire.problems import Kind

_log = logging.getLogger(__name__)
_EVERYBODYS = {Kind.TOO_MANY.uri, Kind.UNAVAILABLE.uri, Kind.INTERNAL.uri, Kind.CLIENT_TOO_OLD.uri}
"""Problems that are no one person's: tried again as the engine tries."""


class Absent(Protocol):
    """People who were signed in here before; see ``sync.client.login.Login``."""

    def absent(self, who: UserId) -> tuple[User, str]: ...
    def has_ended(self, who: UserId) -> bool: ...
    def end(self, who: UserId) -> None: ...
    def renew(self, refused: str) -> None: ...
    def name_of(self, who: UserId) -> str: ...


class Relay:
    """Sends a batch at a time. Whose token is refused for good is left out until that person signs in again."""

    def __init__(
        self,
        absent: Absent,
        outbox: Outbox,
        meta: Callable[[], Meta],
        push: Callable[[str, User], bool],
        new_history: Callable[[], None],
        stumbling: Stumbling,
    ) -> None:
        """``push`` sends this person's next batch under the token; ``new_history`` hears that the central's history
        is another than the one known.
        """
        self._absent = absent
        self._outbox = outbox
        self._meta = meta
        self._push = push
        self._new_history = new_history
        self._stumbling = stumbling
        self._greeted: dict[UserId, str] = {}
        self._renewed: set[UserId] = set()

    def turn(self, at_desk: UserId | None) -> bool:
        """Send the next batch of somebody else; False when there is none. Raises what the network raises.

        A command over which the central stumbles holds up nobody else's.
        """
        others = [who for who in self._outbox.issuers() if who != at_desk]
        return any(self._stumbling.unless_paused(who, functools.partial(self._send, who)) for who in others)

    def waits_for(self, at_desk: UserId | None) -> tuple[str, ...]:
        """The names of the people who must sign in again before their commands can go out."""
        return tuple(
            self._absent.name_of(who)
            for who in self._outbox.issuers()
            if who != at_desk and (self._absent.has_ended(who) or self._outbox.to_review(who) is not None)
        )

    def _send(self, who: UserId) -> bool:
        try:
            person, token = self._absent.absent(who)
        except (NotSignedIn, WorkstationRevoked):
            return False
        try:
            self._greet(who, token)
            sent = self._push(token, person)
        except Answered as answer:
            return self._after(who, token, answer)
        self._renewed.discard(who)
        return sent

    def _greet(self, who: UserId, token: str) -> None:
        """Once per token: a central that was restored meanwhile must not get what was given in another history."""
        if self._greeted.get(who) == token:
            return
        meta = self._meta()
        if self._outbox.meet_epoch(meta.epoch, meta.kept_until):
            self._new_history()
        self._greeted[who] = token

    def _after(self, who: UserId, token: str, answer: Answered) -> bool:
        """Renew once where the token was refused; what is only this person's trouble is nobody else's."""
        if answer.problem.type in _EVERYBODYS:
            raise answer
        if answer.problem.type == Kind.SIGN_IN_AGAIN.uri and who not in self._renewed:
            self._renewed.add(who)
            try:
                self._absent.renew(token)
            except (NotSignedIn, WorkstationRevoked):
                return False
            return True
        _log.warning("nothing more is sent for %s until they sign in again: %s", who, answer)
        self._renewed.discard(who)
        self._absent.end(who)
        return False
