"""A person's decision as a delivery of one row: the rows that waited for it come with it, in one publication.

Either the decision and all that follows from it is in the graph, or neither is: a process that dies in between leaves an
open load, which the next writer rolls back. So the same decision, made again, is the whole remedy.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loaders.delivery import DeliveredFile
from loaders.facts import Item
from loaders.identity.keys import Keys
from loaders.lots import Lot
from loaders.pipeline import carry_out
from loaders.plan import Ground
from loaders.profile import SourceFile
from loaders.readers.rows import Rows
from loaders.request import LoadReport, silent
from loaders.staging import Staged
from loaders.waiting import waiting_rows
from schema.periods import today_in_shanghai
from schema.ports import GraphStore
from schema.provenance import RunHeader


@dataclass(frozen=True)
class Decision:
    """What was decided, as what it becomes.

    Parameters
    ----------
    source, dataset : str
        Under which its run is kept.
    states : sequence of Item
        At most one item for each thing that it says; none when it was said before.
    by : str
        Who decided.
    """

    source: str
    dataset: str
    states: Sequence[Item]
    by: str


def load_decision(store: GraphStore, keys: Keys, decision: Decision) -> LoadReport:
    """Write a decision and every waiting row whose endpoints are there with it, published together.

    Nothing is published when neither says anything new. O(waiting rows).

    Raises
    ------
    Conflict
        Another load is in progress: decide again when it is done.
    StoreError
        As ``load``; nothing was written then.
    """
    delivered = [_as_file(decision)]
    ground = Ground(store, keys, waiting_rows(store, delivered))
    return carry_out(ground, delivered, decision.by, silent)


def _as_file(decision: Decision) -> DeliveredFile:
    """A decision has no file, so its run names none and a hash of nothing."""
    sha256 = hashlib.sha256(b"").hexdigest()
    delivery = f"decision {uuid.uuid4().hex}"
    header = RunHeader(decision.source, decision.dataset, "", sha256, today_in_shanghai(), delivery)
    count = len(decision.states)
    rows = Rows("", ("record",), [[item.record] for item in decision.states], [0] * count)
    source = SourceFile(Path(), decision.dataset, None)
    staged = Staged(Lot([[*decision.states]]), {})
    return DeliveredFile(source, header, rows, staged)
