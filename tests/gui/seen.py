"""What is wrong with what can be seen? Texts that are cut off or lie over each other, controls without name or role."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionFrame,
    QToolButton,
    QWidget,
)

from desktop.notices.view import Toast
from desktop.parts import Elided

SLACK = 2
"""Pixels by which a text may be larger than its place: the bearing of its last letter."""


def writing(root: QWidget) -> Iterator[QWidget]:
    """Everything in this widget that can be seen now and says something."""
    for widget in [root, *root.findChildren(QWidget)]:
        if widget.isVisible() and isinstance(widget, QLabel | QAbstractButton | QLineEdit) and _says(widget):
            yield widget


def _says(widget: QLabel | QAbstractButton | QLineEdit) -> str:
    return (widget.text() or widget.placeholderText()) if isinstance(widget, QLineEdit) else widget.text()


def cut_off(root: QWidget) -> list[str]:
    """Texts that do not fit into their widget, and widgets that do not fit into what holds them."""
    found = []
    for widget in writing(root):
        assert isinstance(widget, QLabel | QAbstractButton | QLineEdit)
        if not _fits(widget) or not _inside(widget, root):
            found.append(f"{type(widget).__name__} {_says(widget)!r} {widget.width()}x{widget.height()}")
    return found


def _fits(widget: QLabel | QAbstractButton | QLineEdit) -> bool:
    if isinstance(widget, Elided):
        return bool(widget.toolTip()) or _wide(widget, widget.text()) <= widget.contentsRect().width() + SLACK
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) <= widget.height() + SLACK
        return _wide(widget, widget.text()) <= widget.contentsRect().width() + SLACK
    if isinstance(widget, QLineEdit):
        return _line_fits(widget)
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
        return True
    return widget.sizeHint().width() <= widget.width() + SLACK


def _line_fits(line: QLineEdit) -> bool:
    """What a person typed may be longer than the field; what the program says in it may not."""
    if line.text():
        return True
    option = QStyleOptionFrame()
    line.initStyleOption(option)
    room = line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line)
    return _wide(line, line.placeholderText()) <= room.width() + SLACK


def _wide(widget: QWidget, text: str) -> int:
    return max((widget.fontMetrics().horizontalAdvance(part) for part in text.splitlines()), default=0)


def _inside(widget: QWidget, root: QWidget) -> bool:
    """Whether nothing that holds it cuts it; what scrolls may be scrolled to."""
    place, holder = widget.rect(), widget
    while holder is not root:
        parent = holder.parentWidget()
        if parent is None or isinstance(parent.parentWidget(), QAbstractScrollArea):
            return True
        place = QRect(holder.mapToParent(place.topLeft()), place.size())
        holder = parent
        if not holder.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(place):
            return False
    return True


def overlapping(root: QWidget) -> list[str]:
    """Pairs of texts that lie over each other."""
    seen = [widget for widget in writing(root) if not _over_others(widget, root)]
    places = [(widget, _place(widget, root)) for widget in seen]
    return [
        f"{_named(one)} over {_named(other)}"
        for (one, a), (other, b) in combinations(places, 2)
        if not one.isAncestorOf(other) and not other.isAncestorOf(one) and _crosses(a, b)
    ]


def _named(widget: QWidget) -> str:
    assert isinstance(widget, QLabel | QAbstractButton | QLineEdit)
    return f"{type(widget).__name__} {_says(widget)!r}"


def _crosses(a: QRect, b: QRect) -> bool:
    both = a.intersected(b)
    return both.width() > SLACK and both.height() > SLACK


def _over_others(widget: QWidget, root: QWidget) -> bool:
    """Toasts lie over the page on purpose."""
    holder: QWidget | None = widget
    while holder is not None and holder is not root:
        if isinstance(holder, Toast):
            return True
        holder = holder.parentWidget()
    return False


def _place(widget: QWidget, root: QWidget) -> QRect:
    """Where its words can be seen: not what a scroll area hides of them."""
    place = _words(widget)
    holder: QWidget = widget
    while holder is not root:
        parent = holder.parentWidget()
        if parent is None:
            break
        place = QRect(holder.mapToParent(place.topLeft()), place.size()).intersected(parent.rect())
        holder = parent
    return place


def _words(widget: QWidget) -> QRect:
    """The part of a widget that is written on: a label is often larger than its words."""
    if isinstance(widget, QLabel) and not widget.wordWrap() and not isinstance(widget, Elided):
        rect = widget.contentsRect()
        size = widget.fontMetrics().size(0, widget.text())
        return QStyle.alignedRect(Qt.LayoutDirection.LeftToRight, widget.alignment(), size, rect).intersected(rect)
    return QRect(QPoint(0, 0), widget.size())


def unnamed(root: QWidget) -> list[str]:
    """Controls that can have the keyboard, and of which a screen reader could not say what they are."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.focusProxy() is not None:
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        name = face.text(QAccessible.Text.Name) or face.text(QAccessible.Text.Description)
        if not name and not isinstance(widget, QAbstractScrollArea):
            found.append(f"{type(widget).__name__} has no name")
        if isinstance(widget, QAbstractItemView) and not name:
            found.append(f"{type(widget).__name__} has no name")
        if face.role() in {QAccessible.Role.NoRole, QAccessible.Role.Client} and isinstance(widget, QAbstractButton):
            found.append(f"{type(widget).__name__} {name!r} has no role")
    return found


def tab_order(root: QWidget) -> list[QWidget]:
    """The widgets that Tab leads through, in this order."""
    found, widget = [], root.nextInFocusChain()
    while widget is not None and widget is not root:
        tabbed = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        takes = tabbed and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
        if takes and root.isAncestorOf(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


_SPEECHLESS = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Pane, QAccessible.Role.Border}
"""Roles by which a screen reader cannot tell what one could do with the thing."""
_UNNAMEABLE = (QAbstractScrollArea, QKeySequenceEdit)
"""Widgets to which Qt gives no role of their own, and whose name says what they are for."""
_ROWS, _MOST = {QAccessible.Role.Table, QAccessible.Role.List, QAccessible.Role.Tree}, 48
"""What has cells, and how many of them are looked at."""
_LINES = {QAccessible.Role.ColumnHeader, QAccessible.Role.ListItem}


def misheard(root: QWidget) -> list[str]:
    """What a screen reader would tell wrongly or not at all, of every widget in here and of the lines of its lists.

    Goes by the widgets: what ``QAccessibleInterface.object()`` gives, PySide would own and delete.
    """
    found = []
    for widget in (w for w in [root, *root.findChildren(QWidget)] if w.isVisible()):
        face = QAccessible.queryAccessibleInterface(widget)
        name = face.text(QAccessible.Text.Name).strip()
        found += [f"{type(widget).__name__} {name!r}: {what}" for what in _missing(widget, face, name)]
        found += [f"{type(widget).__name__}: {what}" for what in _silent_lines(face)]
    return found


def _silent_lines(face: QAccessibleInterface) -> Iterator[str]:
    """Headings and lines of a list of which nothing is said."""
    if face.role() in _ROWS:
        for number in range(min(_MOST, face.childCount())):
            child: QAccessibleInterface | None = face.child(number)
            if child is None or not child.isValid() or child.role() not in _LINES:
                continue
            if not child.text(QAccessible.Text.Name).strip():
                yield f"{child.role().name} {number} without a text"


def _missing(widget: QWidget, face: QAccessibleInterface, name: str) -> Iterator[str]:
    """What is not told of one widget."""
    state = face.state()
    if state.focusable and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None:
        if not name:
            yield "focusable without a name"
        if face.role() in _SPEECHLESS and not isinstance(widget, _UNNAMEABLE):
            yield "no role that fits"
    if isinstance(widget, QAbstractButton):
        yield from _unsaid(widget, state)


def _unsaid(button: QAbstractButton, state: QAccessible.State) -> Iterator[str]:
    """States of a button that its face does not tell."""
    if bool(state.checkable) != button.isCheckable():
        yield "not told that it can be checked"
    if button.isCheckable() and bool(state.checked) != button.isChecked():
        yield "not told whether it is checked"
    if bool(state.disabled) == button.isEnabled():
        yield "not told that it cannot be used"


def unreachable(root: QWidget) -> list[str]:
    """What takes the keyboard by Tab, but that Tab never comes to; and what it comes to against the reading order."""
    order = tab_order(root)
    found = [
        f"Tab never comes to {_called(widget)}"
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget not in order
    ]
    shown = [(widget, _seen_at(widget, root)) for widget in order if not _over_others(widget, root)]
    back = [
        f"Tab goes back from {_called(one)} to {_called(other)}"
        for (one, a), (other, b) in pairwise([*shown, *shown[:1]])
        if _before(b, a)
    ]
    return found + (back if len(back) > 1 else [])  # Tab goes in a circle, which has one way back


def _before(b: QRect, a: QRect) -> bool:
    """Whether a reader comes to b before a: it stands above and not in a column further right, or left on the line."""
    if a.height() <= SLACK and b.height() <= SLACK:  # both behind the same edge of what is scrolled
        return False
    above = b.bottom() <= a.top() + SLACK and b.left() < a.right()
    same_line = b.top() < a.bottom() - SLACK and a.top() < b.bottom() - SLACK
    return above or (same_line and b.right() <= a.left() + SLACK)


def _seen_at(widget: QWidget, root: QWidget) -> QRect:
    """Where it is; what is scrolled away lies at the edge behind which it is."""
    place, holder = QRect(QPoint(0, 0), widget.size()), widget
    while holder is not root:
        parent = holder.parentWidget()
        if parent is None:
            break
        place = QRect(holder.mapToParent(place.topLeft()), place.size())
        if isinstance(parent.parentWidget(), QAbstractScrollArea):
            top = min(max(place.top(), 0), max(0, parent.height() - 1))
            bottom = min(max(place.bottom(), top), parent.height())
            place = QRect(QPoint(place.left(), top), QPoint(place.right(), bottom))
        holder = parent
    return place


def _called(widget: QWidget) -> str:
    name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()
    return f"{type(widget).__name__} {name!r}"
