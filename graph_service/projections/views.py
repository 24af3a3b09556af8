"""Views kept between questions: what one caller's answer derived from the graph serves the next caller of equal access."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeAlias

from algorithms.projection import Access, Projection, View
from algorithms.projection.memo import Memo

MOST: Final = 32
BYTES: Final = 2 << 30
"""What kept views may hold together; the one in use is kept whatever it holds."""

_Key: TypeAlias = tuple[Memo, dt.date, Access, bytes | None]


class Views:
    """The views that were asked for last, safe to share between threads.

    A view is that of one graph, day and access: consents are part of the access, so a new one makes another view. Runs
    that wrote consents only keep the views, under the new run's number.

    Parameters
    ----------
    most, nbytes : int
        Bounds on their number and on the bytes that they hold together.
    """

    def __init__(self, most: int = MOST, nbytes: int = BYTES) -> None:
        self._most, self._bytes = most, nbytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, View] = OrderedDict()

    def of(self, projection: Projection, as_of: dt.date, access: Access) -> View:
        """Return what a caller may see on a day, nodes of one identity joined."""
        key = (projection.kept, as_of, access, b"own")
        return self._view(key, projection, lambda: projection.view(as_of, access))

    def apart(self, projection: Projection, as_of: dt.date, access: Access) -> View:
        """Return the same without joining anything: who may see what goes by the ids that facts were stated under."""
        return self._view(
            (projection.kept, as_of, access, None), projection, lambda: View(projection, as_of, access)
        )

    def beside(self, view: View, access: Access) -> View:
        """Return another caller's view of the same day, joined as the given one is."""
        if view.apart is None:
            return self.apart(view.projection, view.as_of, access)
        key = (view.projection.kept, view.as_of, access, b"beside")
        return self._view(key, view.projection, lambda: view.beside(access))

    def __len__(self) -> int:
        return len(self._kept)

    def _view(self, key: _Key, projection: Projection, make: Callable[[], View]) -> View:
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = make()  # outside the lock: with identities to join it takes a while
        elif found.projection.known_run != projection.known_run:
            found = found.under(projection)
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            self._bound()
        return found

    def _bound(self) -> None:
        """Drop the longest unused."""
        held = sum(view.nbytes for view in self._kept.values())
        while len(self._kept) > 1 and (len(self._kept) > self._most or held > self._bytes):
            _, dropped = self._kept.popitem(last=False)
            held -= dropped.nbytes

    def clear(self) -> None:
        """Drop all."""
        with self._lock:
            self._kept.clear()

    def forget(self, projection: Projection) -> None:
        """Drop the views of a graph that has moved on."""
        with self._lock:
            for key in [k for k, v in self._kept.items() if projection.kept in (k[0], _origin(v).kept)]:
                del self._kept[key]


def _origin(view: View) -> Projection:
    return view.projection if view.apart is None else view.apart.projection
