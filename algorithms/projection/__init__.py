"""The graph as arrays, as known at one run; and a view: what one caller may see of it on one day."""

from algorithms.projection.access import Access
from algorithms.projection.arrays import SINCE_EVER, STILL, Adjacency, ClassBits, Edges
from algorithms.projection.build import ordered, project
from algorithms.projection.delta import CannotAdvance, advance
from algorithms.projection.graph import Projection
from algorithms.projection.tables import projection_of, tables_of
from algorithms.projection.view import View

__all__ = [
    "SINCE_EVER",
    "STILL",
    "Access",
    "Adjacency",
    "CannotAdvance",
    "ClassBits",
    "Edges",
    "Projection",
    "View",
    "advance",
    "ordered",
    "project",
    "projection_of",
    "tables_of",
]
