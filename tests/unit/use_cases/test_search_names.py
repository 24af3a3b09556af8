"""A name is found however it is typed: a column of names is folded as a single one is."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from graph_service.use_cases.parties import folded
from schema.identifiers.names import normalise_name

PIECES = (
    "宏远机械",
    "有限公司",
    "（有限合伙）",
    "【肇庆】",
    "〔东〕",
    "《西》",
    "『北』",
    "{南}",
    "ＡＢｃ",
    "Franecki LLC",
    "\u3000",
    " ",
    "\u200b",
    "é",
    "①",
)


@given(st.lists(st.lists(st.sampled_from(PIECES)).map("".join)))
def test_a_column_is_folded_as_one_name_is(names: list[str]) -> None:
    column = pl.DataFrame({"name": pl.Series(names, dtype=pl.String)}).select(folded(pl.col("name")))["name"]
    assert column.to_list() == [normalise_name(name) for name in names]
