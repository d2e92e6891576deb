"""What does the workstation ask the central for at once, because a person waits for it?

Every method blocks and may be called from any thread; each raises CentralUnreachable, Answered or NotSignedIn.
"""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from sync.client.api import CentralApi
from sync.client.login import Login
from sync.domain.order import Attachment, Order, OrderId
from sync.domain.permissions import User
from sync.errors import Answered, MalformedAnswer, NotSignedIn
from sync.store.listing import ListQuery
from sync.wire.colleagues import Message, PutView, Recipient, SendMessage, SharedView
from sync.wire.messages import History, ReassignOptions
from sync.wire.problems import Kind

T = TypeVar("T")


class Asking:
    """The asking half of ``Desk``."""

    _api: CentralApi
    _login: Login

    def history(self, order_id: OrderId) -> History:
        """The audit trail; blocking; raises CentralUnreachable, Answered, NotSignedIn."""
        return self._ask(lambda token: self._api.history(token, order_id))

    def reassign_options(self, order_id: OrderId) -> ReassignOptions:
        """Where the order could go; blocking; raises CentralUnreachable, Answered, NotSignedIn."""
        return self._ask(lambda token: self._api.reassign_options(token, order_id))

    def save_attachment(
        self,
        order_id: OrderId,
        attachment: Attachment,
        to: Path,
        told: Callable[[int], object] = lambda _size: None,
    ) -> None:
        """Fetch a file of the order and write it there, whole or not at all. Nobody opens it.

        ``told`` hears on this thread how many bytes have come, and may raise to stop it.
        Raises OSError besides, and MalformedAnswer when it is not as long as the central said.
        """
        content = self._ask(lambda token: self._api.attachment(token, order_id, attachment.id, told))
        if len(content) != attachment.size:
            raise MalformedAnswer(f"the file {attachment.name} has {len(content)} bytes instead of {attachment.size}")
        beside = to.with_name(f"{to.name}.new")
        beside.write_bytes(content)
        beside.replace(to)

    def previous(self, order_id: OrderId) -> tuple[Order, ...]:
        """Other orders of this customer that had an exception of the same kind, newest first, closed ones too."""
        return self._ask(lambda token: self._api.previous(token, order_id)).orders

    def send_message(self, to: Recipient, text: str, minutes: int) -> Message:
        """Tell colleagues something for so many minutes; supervisors only. The id makes a retry here harmless."""
        wanted = SendMessage(id=str(uuid.uuid4()), to=to, text=text, minutes=minutes)
        sent = self._ask(lambda token: self._api.send_message(token, wanted))
        self.wake()
        return sent

    def share_view(self, view: str, name: str, query: ListQuery) -> SharedView:
        """Share a list with everybody; supervisors only."""
        wanted = PutView(name=name, query=msgspec.json.encode(query).decode())
        shared = self._ask(lambda token: self._api.share_view(token, view, wanted))
        self.wake()
        return shared

    def unshare_view(self, view: str) -> None:
        """Stop sharing it; supervisors only."""
        self._ask(lambda token: self._api.unshare_view(token, view))
        self.wake()

    def wake(self) -> None:
        """Sync now instead of at the next turn."""
        raise NotImplementedError

    def _ask(self, call: Callable[[str], T]) -> T:
        """A call under the person's token, renewed once when it is refused; never under that of the next person."""
        who = self._login.user
        token = self._token_of(who)
        try:
            return call(token)
        except Answered as answer:
            if answer.problem.type != Kind.SIGN_IN_AGAIN.uri:
                raise
            self._login.renew(token)
            return call(self._token_of(who))

    def _token_of(self, who: User | None) -> str:
        token, now = self._login.token(), self._login.user
        if who is None or now is None or now.id != who.id:
            raise NotSignedIn("somebody else has signed in meanwhile")
        return token
