"""What the records of a source hold: the columns that conditions and measures may use."""

from __future__ import annotations

from schema.edges import EDGES
from schema.fields import Field, FieldType
from schema.nodes import NODES
from schema.risk_feature import Source

SINCE, MONTH, DAYS_SINCE = "since", "month", "days_since_"


def fields_of(source: Source) -> tuple[Field, ...]:
    """Return what the records of a source hold."""
    return NODES[source.record].fields if source.record else EDGES[source.fact].fields


def columns_of(source: Source) -> tuple[str, ...]:
    """Return the columns that conditions and measures may use: fields, and ``days_since_<date>`` of each date."""
    fields = fields_of(source)
    dates = [f"{DAYS_SINCE}{f.name}" for f in fields if f.kind is FieldType.DATE]
    return (*(f.name for f in fields if f.kind is not FieldType.DATETIME), *dates)


def days_of(source: Source) -> tuple[str, ...]:
    """Return what may place the records of a source in time: since when the fact holds, a date, or the month ``YYYY-MM``."""
    said = (f.name for f in fields_of(source) if f.kind is FieldType.DATE or f.name == MONTH)
    return (SINCE, *said)
