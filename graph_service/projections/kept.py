"""The projections that serve: the newest, brought up to date by delta, and a few of the past."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Final

from algorithms.projection import CannotAdvance, Projection
from graph_service.projections.disk import Disk
from graph_service.projections.reading import ERASURES, read, refresh, versions, written
from graph_service.projections.views import Views
from schema.ports import GraphStore

logger = logging.getLogger("graph_service.projections")

PAST: Final = 2


class Projections:
    """Builds projections from a store and keeps them; safe to share between threads.

    Parameters
    ----------
    store : GraphStore
    folder : Path or None
        Where they are kept between starts; None: nowhere.

    Attributes
    ----------
    views : Views
        What callers see of them.
    """

    def __init__(self, store: GraphStore, folder: Path | None = None) -> None:
        self._store = store
        self._disk = None if folder is None else Disk(folder)
        self._newest: Projection | None = None
        self._unkept = False
        self._past: OrderedDict[int, Projection] = OrderedDict()
        self._building, self._recalling = threading.Lock(), threading.Lock()
        self.views = Views()

    def at(self, known_run: int) -> Projection:
        """Return the graph as known at a run: the kept one, its continuation, or a fresh one for the past.

        O(V + E) when it has to be read from the store; a later run costs what changed.
        """
        kept = self._newest
        if kept is None or kept.known_run < known_run:
            kept = self._advanced(known_run)
        return kept if kept.known_run == known_run else self._recalled(known_run)

    def close(self) -> None:
        """Keep the newest on disk for the next start, if it has changed since it was last kept."""
        with self._building:
            if self._newest is not None and self._unkept:
                self._newest = self._keep(self._newest)

    def forget(self) -> None:
        """Drop all that is kept, on disk too: who was erased must not live on in a copy."""
        with self._building:
            self._newest = None
            self._forget()

    def _forget(self) -> None:
        self.views.clear()
        self._past.clear()
        if self._disk is not None:
            self._disk.clear()

    def _advanced(self, known_run: int) -> Projection:
        """Bring the newest up to a run; one thread does it while others wait."""
        with self._building:
            kept = self._newest
            if kept is None:
                self._newest = self._first(known_run)
            elif kept.known_run < known_run:
                self._newest = self._next(kept, known_run)
                if self._newest.kept is not kept.kept:
                    self.views.forget(kept)
            assert self._newest is not None
            return self._newest

    def _first(self, known_run: int) -> Projection:
        """Take up what an earlier process kept on disk, or read the store."""
        found = self._disk.newest(versions(self._store, known_run)) if self._disk else None
        if found is None:
            return self._keep(read(self._store, known_run))
        return self._next(found[1], known_run)

    def _next(self, kept: Projection, known_run: int) -> Projection:
        datasets = written(self._store, kept.known_run, known_run)
        if not datasets:
            return replace(kept, known_run=known_run)
        self._unkept = True
        if ERASURES in datasets:
            self._forget()
            return read(self._store, known_run)
        try:
            return refresh(self._store, kept, known_run)
        except CannotAdvance as why:
            logger.info("Run %s is read from the store whole: %s.", known_run, why)
            return read(self._store, known_run)

    def _keep(self, projection: Projection) -> Projection:
        self._unkept = False
        version = versions(self._store, projection.known_run)[-1]
        if self._disk is None or not version.run:
            return projection
        return self._disk.keep(version, projection)

    def _recalled(self, known_run: int) -> Projection:
        """Return the graph of a past run."""
        with self._recalling:
            if known_run not in self._past:
                self._past[known_run] = read(self._store, known_run)
            self._past.move_to_end(known_run)
            while len(self._past) > PAST:
                self.views.forget(self._past.popitem(last=False)[1])
            return self._past[known_run]
