"""Blocks find whoever matches, and compare few; proposals are made once and never between two identified nodes."""

from __future__ import annotations

import json

import pytest

from loaders.identity.blocking import Index
from loaders.identity.features import Decision
from loaders.identity.matching import Company, Party, Person, match
from loaders.identity.same_as import Judgement, audience_of, explanation, pair_of, propose, with_reason
from schema.access import Audience
from schema.identifiers.uscc import make_uscc
from tests.golden.name_pairs import draws, parties_of, read

CODES = [make_uscc("91", "441200", f"Y{n:07d}") for n in range(400)]


def city() -> list[Company]:
    return [Company(f"E:{code}", draw.name, code) for code, draw in zip(CODES, draws(), strict=False)]


@pytest.mark.parametrize("turned", [False, True])
def test_every_labelled_match_lies_in_one_block(turned: bool) -> None:
    for row in read():
        left, right = reversed(parties_of(row)) if turned else parties_of(row)
        if match(left, right).decision is Decision.MATCH:
            found = [candidate.party for candidate in Index([right]).candidates(left)]
            assert found == [right], row


def test_a_question_is_compared_with_a_block_and_not_with_everybody() -> None:
    index = Index(city())
    asked = Company("", "肇庆市宏远机械制造有限公司")
    assert 0 < len(index._near(asked)) < 60


def test_candidates_are_ranked_by_decision_then_score_then_evidence_then_id() -> None:
    parties = [
        Company("E:b", "宏远机械有限公司"),
        Company("E:a", "肇庆市宏达机械有限公司"),
        Company("E:d", "肇庆市宏远机械有限公司"),
        Company("E:c", "肇庆市宏远机械有限公司"),
    ]
    found = Index(parties).candidates(Company("", "肇庆市宏远机械有限责任公司"))
    assert [c.party.id for c in found] == ["E:c", "E:d", "E:b"]


def test_proposals_pair_nodes_without_identifier_and_skip_what_is_known() -> None:
    parties: list[Party] = [*city(), Company("E:src:1", "肇慶市宏遠機械製造有限責任公司")]
    (found,) = propose(parties).proposals
    assert found.pair == (parties[0].id, "E:src:1")
    assert found.match.decision is Decision.MATCH
    assert propose(parties, {found.pair}).proposals == ()


def test_two_identified_nodes_are_never_proposed() -> None:
    twins = [Company(f"E:{code}", "肇庆市宏远机械有限公司", code) for code in CODES[:2]]
    people = [Person(f"P:1:{n * 32}", "李建国", birth_year=1970) for n in "ab"]
    assert propose([*twins, *people]).proposals == ()


def test_people_whose_name_alone_agrees_are_not_proposed() -> None:
    alone: list[Party] = [Person("P:a:1", "李建国"), Person("P:b:1", "李建国")]
    assert propose(alone).proposals == ()
    tied: list[Party] = [
        Person("P:a:1", "李建国", ties=frozenset({"E:1"})),
        Person("P:b:1", "Li Jianguo", ties=frozenset({"E:1"})),
    ]
    (found,) = propose(tied).proposals
    assert found.match.decision is Decision.REVIEW


def test_an_explanation_is_kept_as_json_and_takes_a_reason() -> None:
    found = match(Company("", "宏远机械有限公司"), Company("", "宏远机械有限公司"))
    kept = json.loads(with_reason(explanation(found), "同一营业执照"))
    assert kept["reason"] == "同一营业执照"
    assert kept["features"][0].keys() == {"name", "outcome", "left", "right"}
    assert "reason" not in json.loads(with_reason(json.dumps(kept), ""))


def test_an_open_pair_is_for_members_and_an_accepted_one_for_whoever_sees_both_ends() -> None:
    public = [Audience.PUBLIC, Audience.PUBLIC]
    assert audience_of(Judgement.PROPOSED, public, people=False) is Audience.MEMBER
    assert audience_of(Judgement.ACCEPTED, public, people=False) is Audience.PUBLIC
    assert audience_of(Judgement.ACCEPTED, public, people=True) is Audience.MEMBER
    assert audience_of(Judgement.ACCEPTED, [Audience.RESTRICTED], people=False) is Audience.RESTRICTED
    assert pair_of("E:2", "E:1") == ("E:1", "E:2")
