from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.identity.references import Resolver
from loaders.profile import Profile
from loaders.staging import stage
from schema.kinds import KINDS
from tests.unit.loaders.desk import KEYS, NUMBER, USCC, rows_of

CELLS = st.sampled_from(
    ["", "1", "E:1", f"E:{USCC}", USCC, f"P:{NUMBER}", NUMBER, "H:1", "0.5", "7", "-1", "2020-01-01", "长期"]
) | st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=6)
FILES = st.sampled_from(list(KINDS)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.lists(st.lists(CELLS, min_size=1, max_size=len(KINDS[kind].headers) + 1), max_size=6),
    )
)


@settings(max_examples=300)
@given(FILES)
def test_every_row_of_any_file_is_accepted_repeated_or_refused_with_a_reason(
    file: tuple[str, list[list[str]]],
) -> None:
    kind, rows = file
    out = io.StringIO(newline="")
    csv.writer(out).writerows([KINDS[kind].headers, *rows])
    read = rows_of(out.getvalue())
    result = stage(read, Profile(kind, KINDS[kind]), "src", Resolver("src", KEYS))
    places = [*(item.index for item in result.items), *result.faults, *(index for index, _ in result.repeats)]
    assert sorted(places) == list(range(len(read)))
    assert all(result.faults.values())
    assert NUMBER not in repr(result)
