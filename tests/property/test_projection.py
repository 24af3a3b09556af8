"""A projection brought up to date equals one that is built anew, whatever came and went and however often."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.projection import projection_of, tables_of
from tests.unit.projection.graphs import Growing, assert_equal

IDS = ("E:1", "E:2", "E:3", "E:a", "P:1", "P:2", "H:1", "H:2", "G:1", "G:2")
ENDS = {
    "OWNS": (("E", "P", "H"), ("E",)),
    "MEMBER_OF": (("P",), ("H",)),
    "GUARANTOR": (("E", "P", "H"), ("G",)),
    "SAME_AS": (("E", "P", "H"), ("E", "P", "H")),
}
nodes = st.tuples(
    st.sampled_from(IDS), st.sampled_from(["PUBLIC", "MEMBER", "BANK_PRIVATE"]), st.integers(0, 3)
)
facts = st.tuples(
    st.sampled_from(sorted(ENDS)), st.integers(-3, 3), st.integers(0, 9), st.integers(0, 9), st.booleans()
)
runs = st.lists(st.tuples(st.lists(nodes, max_size=4), st.lists(facts, max_size=6)), min_size=1, max_size=5)


@settings(max_examples=12, deadline=None)
@given(runs, st.data())
def test_what_came_and_went_makes_what_a_fresh_build_makes(
    said: list[tuple[list[tuple[str, str, int]], list[tuple[str, int, int, int, bool]]]], data: st.DataObject
) -> None:
    graph = Growing()
    graph.say("E:1")
    kept = graph.fresh(0)
    for new_nodes, new_facts in said:
        graph.run += 1
        for node_id, audience, number in new_nodes:
            bank = {"bank": "E:1"} if audience == "BANK_PRIVATE" else {}
            name = (
                {}
                if node_id[0] == "G"
                else {"name": f"n{number}"}
                if node_id[0] != "H"
                else {"village_code": "44"}
            )
            graph.say(node_id, audience, kinds=["Bank"] if number == 3 else [], **bank, **name)
        for relationship, key, start, end, states in new_facts:
            ends = [[i for i in sorted(graph.nodes) if i[0] in letters] for letters in ENDS[relationship]]
            if states and all(ends):
                graph.state(
                    relationship, key, ends[0][start % len(ends[0])], ends[1][end % len(ends[1])], bank="E:1"
                )
            else:
                graph.state(relationship, key)
        if data.draw(st.booleans(), label="refresh"):
            kept = graph.grown(kept, graph.run)
            assert_equal(kept, graph.fresh(graph.run))
    again = graph.grown(kept, graph.run + 1)
    assert_equal(again, graph.fresh(graph.run + 1))
    assert_equal(projection_of(again.known_run, tables_of(again)), again)
