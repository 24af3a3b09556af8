"""Projections and views that are shared between questions: kept in memory, on disk, and brought up to date by delta."""

from graph_service.projections.kept import Projections
from graph_service.projections.reading import LIVE_DATASETS, LIVE_LABELS, LIVE_RELATIONSHIPS

__all__ = ["LIVE_DATASETS", "LIVE_LABELS", "LIVE_RELATIONSHIPS", "Projections"]
