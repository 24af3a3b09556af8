"""Quality of household records by collection channel 按采集渠道的数据质量 (S1-44)."""

from __future__ import annotations

import json

from graph_service.asking import Asking
from graph_service.use_cases.batches import may_see
from loaders.channels import ChannelQuality, joined


def quality_by_channel(asking: Asking, source: str | None) -> tuple[ChannelQuality, ...]:
    """Return the measures of every channel over all files of households that changed the graph, weighted by their rows.

    Parameters
    ----------
    source : str or None
        Of one source's files only. Those of county bureaux outside the caller's region are left out.
    """
    rows = asking.rooms.store.query("channel_quality", {"known_run": asking.known_run}).rows()
    seen = (row for row in rows if source in (None, row["source"]) and may_see(asking, row["source"]))
    return joined(each for row in seen for each in json.loads(row["channels"]))
