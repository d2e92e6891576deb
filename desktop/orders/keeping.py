"""What of the list is the same after a restart? Columns, order, groups and one's own views, kept on the workstation."""

import uuid
from typing import TypeVar

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge import Line
from desktop.context import Context
from desktop.orders.arranging import Arrangement
from desktop.orders.views import OwnView, SharedList, from_shared, to_share
from sync.domain.permissions import Role
from sync.store.listing import ListQuery
from sync.wire.colleagues import SharedView

T = TypeVar("T")
U = TypeVar("U")
_VIEWS, _LIST = "views", "list"


class _List(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the list was left."""

    query: ListQuery = ListQuery()
    arrangement: Arrangement = Arrangement()
    view: str = ""
    """The saved view that was open."""


class _Kept(msgspec.Struct, frozen=True):
    views: tuple[OwnView, ...]
    left: _List | None
    shared: tuple[OwnView, ...]


class KeptViews(QObject):
    """The views of whoever is signed in, and how that person left the list."""

    changed = Signal()
    came = Signal(object, object)
    """The ListQuery of a person who just came, and the OwnView that was open or None."""
    failed = Signal(object)
    """The error by which a view was not kept or shared."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.own: tuple[OwnView, ...] = ()
        self.shared: tuple[OwnView, ...] = ()
        self.arrangement = Arrangement()
        self._left = _List()
        self._met = False

    @property
    def may_share(self) -> bool:
        user = self._context.bridge.desk.user
        return user is not None and user.role is Role.SUPERVISOR

    def meet(self) -> None:
        """Somebody signed in: read what that person left."""
        desk = self._context.bridge.desk
        self._met = False

        def read() -> _Kept:
            views = _decoded(desk.recall(_VIEWS), tuple[OwnView, ...], ())
            return _Kept(views, _decoded(desk.recall(_LIST), _List, None), readable(desk.shared_views()))

        self._context.bridge.run(Line.LOOK, read, self._take)

    @Slot(object)
    def _take(self, kept: _Kept) -> None:
        self.own, self.shared, self._met = kept.views, kept.shared, True
        if kept.left is not None:
            self._left, self.arrangement = kept.left, kept.left.arrangement
            self.came.emit(kept.left.query, self.find(kept.left.view))
        self.changed.emit()

    def find(self, view: str) -> OwnView | None:
        """One's own or a shared view by its id."""
        return next((v for v in (*self.own, *self.shared) if v.id == view), None)

    def leave(self, query: ListQuery, arrangement: Arrangement, view: str = "") -> None:
        """The list looks like this now; what was typed is not kept. ``arrangement`` is the one outside of views."""
        left = _List(query=msgspec.structs.replace(query, text=""), arrangement=arrangement, view=view)
        self.arrangement = arrangement
        if self._met and left != self._left:
            self._left = left
            self._keep(_LIST, left)

    def add(self, name: str, query: ListQuery, arrangement: Arrangement, density: str) -> OwnView:
        view = OwnView(id=str(uuid.uuid4()), name=name, query=query, columns=arrangement.columns, density=density)
        self._put((*self.own, view))
        return view

    def renew(self, view: OwnView, query: ListQuery, arrangement: Arrangement, density: str) -> None:
        """One's own view is from now on what the list is."""
        new = msgspec.structs.replace(view, query=query, columns=arrangement.columns, density=density)
        self._put(tuple(new if v.id == view.id else v for v in self.own))

    def drop(self, view: str) -> None:
        self._put(tuple(v for v in self.own if v.id != view))

    def share(self, view: str) -> None:
        """Ask the central to keep one's own view for everybody; it is no longer one's own then."""
        own = next((v for v in self.own if v.id == view), None)
        if own is not None:
            desk, name, query = self._context.bridge.desk, own.name, to_share(own)
            self._context.bridge.run(Line.ASK, lambda: desk.share_view(view, name, query), self._given, self._report)

    @Slot(object)
    def _given(self, shared: SharedView) -> None:
        self.drop(shared.id)
        self.refresh()

    def unshare(self, view: str) -> None:
        """Ask the central to keep it no longer."""
        desk = self._context.bridge.desk
        self._context.bridge.run(Line.ASK, lambda: desk.unshare_view(view), self._refreshed, self._report)

    @Slot(object)
    def _refreshed(self, _answer: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Read what is shared now."""
        if self._context.bridge.desk.user is not None:
            self._context.bridge.run(Line.LOOK, self._context.bridge.desk.shared_views, self._learn)

    @Slot(object)
    def _learn(self, shared: tuple[SharedView, ...]) -> None:
        self.shared = readable(shared)
        self.changed.emit()

    def _put(self, views: tuple[OwnView, ...]) -> None:
        self.own = views
        self._keep(_VIEWS, views)
        self.changed.emit()

    def _keep(self, name: str, value: object) -> None:
        desk, text = self._context.bridge.desk, msgspec.json.encode(value).decode()
        self._context.bridge.run(Line.LOOK, lambda: desk.keep(name, text), self._nothing, self._report)

    @Slot(object)
    def _nothing(self, _answer: object) -> None:
        """It is kept."""

    @Slot(object)
    def _report(self, error: Exception) -> None:
        self.failed.emit(error)


def readable(shared: tuple[SharedView, ...]) -> tuple[OwnView, ...]:
    """The shared views whose lists this program understands; a newer one's are left out."""
    found = ((v, _decoded(v.query, SharedList, None)) for v in shared)
    return tuple(from_shared(view.id, view.name, got) for view, got in found if got is not None)


def _decoded(text: str, type_: type[T], otherwise: U) -> T | U:
    """What was kept; what an older or newer program kept otherwise is not worth an error."""
    try:
        return msgspec.json.decode(text, type=type_)
    except msgspec.DecodeError:
        return otherwise
