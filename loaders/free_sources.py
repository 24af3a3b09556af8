"""Sources that no agreement binds 自由来源: they alone deliver canonical kinds and public formats.

A department answers for datasets, each under its agreement, so whatever it sends passes the reception desk
(``loaders.approval``). The rule is about the source: who brings the file, and through which door, makes no difference.
"""

from __future__ import annotations

from loaders.agreements import Agreements
from loaders.approval import Reception
from loaders.pipeline import load
from loaders.request import LoadReport, LoadRequest, Progress, silent
from schema.datasets import DATASETS, DEPARTMENTS, Dataset, Status, department_of, suppliers_of
from schema.errors import DatasetRequired
from schema.kinds import KINDS


def load_free(desk: Reception, request: LoadRequest, progress: Progress = silent) -> LoadReport:
    """Load a delivery that passes no desk: a canonical kind, a folder of them, or a public format, of a free source.

    Raises
    ------
    DatasetRequired
        The source is not free, or ``kind`` is a dataset, which is received.
    GraphServiceError
        See ``loaders.load``.
    """
    if request.kind in DATASETS:
        raise DatasetRequired(f"{request.kind} is a dataset: each delivery of it is received as a batch.")
    require_free(request.kind, request.source, desk.agreements)
    return load(desk.store, request, desk.vault, desk.keys, progress)


def require_free(kind: str, source: str, agreements: Agreements) -> None:
    """Let a source deliver a kind past the reception desk, or say what it delivers instead.

    Parameters
    ----------
    kind : str
        As in ``LoadRequest``: a canonical kind, ``canonical``, or a public format.
    source : str
        Who delivers; empty: the usual source of the kind, which is free.
    agreements : Agreements

    Raises
    ------
    DatasetRequired
        The source is a department of the catalogue, in whatever case it is written, or an agreement binds it for a dataset
        of that kind. The detail names the datasets.
    """
    bound = agreements.source_of(source)
    if department_of(bound).upper() in DEPARTMENTS:
        bound = bound.upper()
        mine = [each for each in _datasets(kind) if department_of(bound) in suppliers_of(each)]
    else:
        mine = [each for each in _datasets(kind) if agreements.terms(bound, each.code)]
        if not mine:
            return
    instead = ", ".join(each.code for each in mine) or f"none that is {kind}; the catalogue must declare it"
    raise DatasetRequired(
        f"{source} does not deliver {kind}: as {bound} it delivers datasets, each under its agreement. "
        f"Send it as a dataset 请按数据集报送: {instead}."
    )


def _datasets(kind: str) -> list[Dataset]:
    """Return the datasets whose records are of a canonical kind; for a word that says no kind, all that are delivered."""
    return [
        each
        for each in DATASETS.values()
        if each.kind is not None
        and each.status is Status.ASSIGNED
        and (kind not in KINDS or each.kind.name == kind)
    ]
