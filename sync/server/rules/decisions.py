"""Which order's trail does a decision about a refused command stand in? Its own, for whoever may know of it."""

from sync.domain.commands import Command
from sync.domain.order import Order
from sync.server.storage.base import Reading


def concerned(reading: Reading, command: Command, stored: Order | None, seen: Order | None) -> Order | None:
    """The order in whose trail the decision is to stand; None when there is none for this person.

    ``stored`` is the order, ``seen`` too where the person sees it now. An order may be out of sight since its refusal
    was told: whoever names the refused command's key knows of it. The command may be unknown here (it could not be
    read, or is of a history that was lost); one about another order is none of this order's.
    """
    about = None if command.args.decides is None else reading.result(command.args.decides)
    if about is None or stored is None:
        return seen
    if about.order_id != stored.id:
        return None
    return stored if about.version is not None else seen
