"""Beneficial owners: the examples of the People's Bank, and the cases that trap implementations.

Examples: 受益所有人信息备案指南(第二版), as restated publicly; the split of B and C in ``multipath`` is inferred so that
the published products (14 % + 17.5 % = 31.5 %, 21 %, 17.5 %) come out. ``profit_share`` is from a secondary source. Where an
example states only some holders, the rest is taken as scattered (``undeclared`` 0).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.ownership.beneficial_owners import BeneficialOwnerOptions, beneficial_owners
from algorithms.ownership.case import ControlStatements, OwnershipCase
from algorithms.ownership.findings import Answer, EnhancedCheck, Standard
from schema.errors import InputError

TARGET = "标的"
COMPANIES = {TARGET, "A", "B", "C", "D", "国有资本"}
SETTLED = BeneficialOwnerOptions(control_settled=True)


class Scene:
    """Parties by name; whatever the example does not say is scattered over small holders."""

    def __init__(
        self, *edges, most=(), income=(), voting=(), stated=(), partners=(), groups=(), scattered=True
    ):
        every = [*edges, *most, *income, *voting, *stated, *partners]
        self.names = list(dict.fromkeys(n for e in every for n in e[:2]))
        self.scattered, self.groups, self.most = scattered, groups, most
        self.parts = {
            "equity": edges,
            "income": income,
            "voting": voting,
            "stated": stated,
            "partners": partners,
        }

    def index(self, name):
        return self.names.index(name)

    def matrix(self, edges):
        if not edges:
            return None
        rows, cols, data = zip(*((self.index(i), self.index(j), v) for i, j, v in edges), strict=True)
        return sparse.csc_array((data, (rows, cols)), shape=(len(self.names),) * 2)

    def case(self):
        matrices = {name: self.matrix(edges) for name, edges in self.parts.items()}
        none = sparse.csc_array((len(self.names),) * 2)
        return OwnershipCase(
            none if matrices["equity"] is None else matrices["equity"],
            np.array([n not in COMPANIES for n in self.names]),
            equity_most=self.matrix(self.most),
            undeclared=np.zeros(len(self.names)) if self.scattered else None,
            state=np.array([n == "国有资本" for n in self.names]),
            income=matrices["income"],
            voting=matrices["voting"],
            control=ControlStatements(
                stated=matrices["stated"],
                general_partner=matrices["partners"],
                groups=tuple(tuple(map(self.index, g)) for g in self.groups),
            ),
        )

    def ask(self, target=TARGET, managers=(), settled=True):
        options = BeneficialOwnerOptions(tuple(map(self.index, managers)), settled)
        return beneficial_owners(self.case(), self.index(target), options)

    def standards(self, found):
        return {
            self.names[o.person]: tuple(int(s) for s in o.standards)
            for o in found.owners
            if o.decision is Answer.YES
        }

    def person(self, found, name):
        return next(o for o in found.owners if o.person == self.index(name))


def _to_target(shares):
    return [(name, TARGET, share) for name, share in shares.items()]


def test_pboc_boundary25_is_inclusive():
    scene = Scene(*_to_target({"甲": 0.55, "乙": 0.2, "丙": 0.25}))
    found = scene.ask()
    assert scene.standards(found) == {"甲": (1,), "丙": (1,)}
    assert found.decision is Answer.YES
    assert scene.person(found, "丙").findings[0].at_boundary
    assert not scene.person(found, "甲").findings[0].at_boundary


MULTIPATH = [
    ("甲", "A", 0.3),
    ("B", "A", 0.35),
    ("C", "A", 0.35),
    ("乙", "B", 0.6),
    ("丙", "B", 0.4),
    ("丙", "C", 0.5),
    ("丁", "C", 0.5),
]


def test_pboc_multipath_sums_products():
    scene = Scene(*MULTIPATH)
    found = scene.ask("A")
    final = {o: scene.person(found, o).walks for o in "甲乙丙丁"}
    assert final == pytest.approx({"甲": 0.3, "乙": 0.21, "丙": 0.315, "丁": 0.175})
    assert scene.standards(found) == {"甲": (1,), "丙": (1,)}
    paths = scene.person(found, "丙").findings[0].paths
    named = [(tuple((scene.names[i], scene.names[j]) for i, j in p.edges), round(p.weight, 9)) for p in paths]
    assert named == [((("丙", "C"), ("C", "A")), 0.175), ((("丙", "B"), ("B", "A")), 0.14)]


def test_controlled_intermediary_is_not_lifted_to_100_percent():
    # 乙 controls B (60 %), and B's 35 % of A counts as 21 %, not 35 %.
    scene = Scene(*MULTIPATH)
    assert scene.person(scene.ask("A"), "乙").decision is Answer.NO


def test_pboc_income_right_split():
    scene = Scene(*_to_target({"甲": 0.3, "乙": 0.7}), income=_to_target({"丙": 0.3}))
    assert scene.standards(scene.ask()) == {"甲": (1,), "乙": (1,), "丙": (2,)}


@pytest.mark.parametrize("capital", [0.1, 0.15], ids=["income_right_add", "profit_share"])
def test_pboc_income_right_beside_small_capital(capital):
    scene = Scene(*_to_target({"甲": capital}), income=_to_target({"甲": 0.3}))
    found = scene.ask()
    assert scene.standards(found) == {"甲": (2,)}
    assert found.decision is Answer.YES


def test_pboc_acting_in_concert():
    scene = Scene(*_to_target({"甲": 0.05}), stated=_to_target({"甲": 1.0}))
    assert scene.standards(scene.ask()) == {"甲": (3,)}


def test_pboc_general_partner_with_one_percent():
    scene = Scene(*_to_target({"甲": 0.01}), partners=_to_target({"甲": 1.0}))
    found = scene.ask()
    assert scene.standards(found) == {"甲": (3,)}
    assert scene.person(found, "甲").findings[1].ground == "partner"


def test_pboc_state_minority_need_not_be_traced():
    scene = Scene(*_to_target({"国有资本": 0.3, "甲": 0.6, "乙": 0.1}), scattered=False)
    found = scene.ask()
    assert scene.standards(found) == {"甲": (1,)}
    assert found.decision is Answer.YES


def test_nothing_is_traced_above_the_state():
    scene = Scene(("甲", "国有资本", 1.0), ("国有资本", TARGET, 1.0), scattered=False)
    found = scene.ask()
    assert scene.person(found, "甲").findings[0].most == 0.0
    assert found.decision is Answer.NO  # nobody by 1–3, and no manager is known


def test_limited_partner_with_a_quarter_of_the_interest_counts_by_equity_only():
    scene = Scene(*_to_target({"甲": 0.01, "乙": 0.99}), partners=_to_target({"甲": 1.0}), scattered=False)
    assert scene.standards(scene.ask()) == {"甲": (3,), "乙": (1,)}


def test_standards_2_and_3_coexist():
    scene = Scene(*_to_target({"甲": 0.1}), voting=_to_target({"甲": 0.6}), stated=_to_target({"甲": 1.0}))
    assert scene.standards(scene.ask()) == {"甲": (2, 3)}


def test_voteless_shares_move_the_votes_to_the_others():
    scene = Scene(
        *_to_target({"甲": 0.2, "乙": 0.5, "丙": 0.3}), voting=_to_target({"乙": 0.0}), scattered=False
    )
    found = scene.ask()
    assert scene.standards(found) == {"甲": (2,), "乙": (1,), "丙": (1,)}
    voting = [f for f in scene.person(found, "甲").findings if f.ground == "voting"]
    assert voting[0].value == pytest.approx(0.4)


def test_concert_group_controls_jointly_and_everyone_is_listed():
    edges = _to_target({"甲": 0.2, "乙": 0.2, "丙": 0.15, "丁": 0.23, "戊": 0.22})
    scene = Scene(*edges, groups=(("甲", "乙", "丙"),), scattered=False)
    found = scene.ask()
    assert scene.standards(found) == {"甲": (3,), "乙": (3,), "丙": (3,)}
    assert scene.person(found, "甲").findings[-1].ground == "concert"
    assert found.decision is Answer.YES


def test_group_with_a_member_who_controls_alone_adds_nobody():
    scene = Scene(("甲", "B", 0.6), ("乙", "B", 0.4), *_to_target({"B": 0.3, "乙": 0.1, "丙": 0.2, "丁": 0.2, "戊": 0.2}), stated=_to_target({"B": 1.0}), groups=(("甲", "丁"),), scattered=False)  # fmt: skip
    assert scene.standards(scene.ask()) == {"甲": (3,)}


def test_member_company_stands_for_whoever_controls_it():
    edges = [("甲", "B", 0.7), ("乙", "B", 0.3), *_to_target({"B": 0.3, "丙": 0.24, "丁": 0.24, "戊": 0.22})]
    scene = Scene(*edges, groups=(("B", "丙"),), scattered=False)
    assert scene.standards(scene.ask()) == {"甲": (3,), "丙": (3,)}


TEN = {f"股东{i}": 0.1 for i in range(10)}


def test_manager_only_when_the_others_are_proven_empty():
    scene = Scene(*_to_target(TEN), scattered=False)
    found = scene.ask(managers=["股东3"])
    assert scene.standards(found) == {"股东3": (4,)}
    assert found.decision is Answer.YES
    open_control = scene.ask(managers=["股东3"], settled=False)
    assert open_control.decision is Answer.UNKNOWN
    assert open_control.unknown_because == ("control_by_agreement_not_settled",)
    assert scene.standards(open_control) == {}
    assert scene.person(open_control, "股东3").decision is Answer.UNKNOWN


def test_no_manager_known_is_a_proven_no():
    found = Scene(*_to_target(TEN), scattered=False).ask()
    assert found.decision is Answer.NO
    assert found.value.tolist() == []


def test_incomplete_chain_is_unknown_not_no():
    scene = Scene(*_to_target({"甲": 0.2, "B": 0.8}), ("乙", "B", 0.9), scattered=False)
    found = scene.ask(managers=["甲"])
    first = scene.person(found, "甲").findings[0]
    assert (first.least, first.most) == pytest.approx((0.2, 0.28))
    assert first.answer is Answer.UNKNOWN
    assert scene.standards(found) == {"乙": (1,)}
    assert found.decision is Answer.UNKNOWN
    assert found.unnamed_most == pytest.approx(0.08)
    assert "incomplete_chain" in found.unknown_because


def test_gap_too_small_to_matter_leaves_a_clear_answer():
    scene = Scene(*_to_target({"甲": 0.2, "B": 0.8}), ("乙", "B", 0.95), scattered=False)
    found = scene.ask()
    assert scene.person(found, "甲").decision is Answer.NO
    assert found.decision is Answer.YES


def test_unnamed_holder_keeps_the_set_open():
    found = Scene(*_to_target({"甲": 0.6}), scattered=False).ask()
    assert found.value.tolist() == [0]
    assert found.decision is Answer.UNKNOWN
    assert "unnamed_holder_of_equity" in found.unknown_because


def test_missing_share_is_whatever_the_others_leave():
    exact = _to_target({"甲": 0.7})
    scene = Scene(*exact, most=[*exact, ("乙", TARGET, 1.0)])
    found = scene.ask()
    second = scene.person(found, "乙").findings[0]
    assert (second.least, second.most) == pytest.approx((0.3, 0.3))
    assert scene.standards(found) == {"甲": (1,), "乙": (1,)}


def test_banded_shares_give_an_interval():
    scene = Scene(
        *_to_target({"甲": 0.2, "乙": 0.5}), most=_to_target({"甲": 0.3, "乙": 0.75}), scattered=True
    )
    found = scene.ask()
    first = scene.person(found, "甲").findings[0]
    assert (first.least, first.most) == pytest.approx((0.25, 0.3))  # 乙 has at most 75 %, so 甲 at least 25 %
    assert first.answer is Answer.YES
    assert first.at_boundary


def test_band_of_a_company_in_between():
    edges = [("甲", "B", 0.5), ("乙", "B", 0.5), ("B", TARGET, 0.25), ("丙", TARGET, 0.4)]
    tops = [("甲", "B", 0.5), ("乙", "B", 0.5), ("B", TARGET, 0.5), ("丙", TARGET, 0.75)]
    found = Scene(*edges, most=tops).ask()
    by_share = {o.person: o.findings[0] for o in found.owners}
    assert (by_share[0].least, by_share[0].most) == pytest.approx((0.125, 0.25))
    assert by_share[0].answer is Answer.UNKNOWN
    assert found.unnamed_most == pytest.approx(0.0)


def test_straddle_and_circle_raise_the_enhanced_check():
    scene = Scene(("甲", TARGET, 0.24), ("乙", TARGET, 0.7), (TARGET, TARGET, 0.06), scattered=False)
    found = scene.ask()
    first = scene.person(found, "甲")
    assert first.decision is Answer.YES
    assert first.walks == pytest.approx(0.24 / 0.94)
    assert first.simple == pytest.approx(0.24)
    assert first.straddles == (0.25,)
    assert set(found.enhanced_check) == {EnhancedCheck.CIRCULAR, EnhancedCheck.STRADDLES}


def test_nominee_raises_the_enhanced_check():
    person = np.array([True, True, False])
    case = OwnershipCase(
        np.array([[0, 0, 0.6], [0, 0, 0.4], [0, 0, 0]]), person, nominee=np.array([True, False, False])
    )
    assert beneficial_owners(case, 2, SETTLED).enhanced_check == (EnhancedCheck.NOMINEE,)


def test_more_than_100_percent_is_an_interval_and_flagged():
    scene = Scene(*_to_target({"甲": 0.9, "乙": 0.3}), scattered=False)
    found = scene.ask()
    second = scene.person(found, "乙").findings[0]
    assert (second.value, second.least, second.most) == pytest.approx((0.3, 0.1, 0.3))
    assert second.answer is Answer.UNKNOWN
    assert EnhancedCheck.OVERDECLARED in found.enhanced_check


def test_closed_circle_never_looks_like_an_answer():
    scene = Scene(
        ("A", "B", 1.0), ("B", "A", 1.0), ("A", TARGET, 0.7), ("甲", TARGET, 0.2), ("乙", TARGET, 0.1)
    )
    found = scene.ask()
    assert not found.converged
    assert found.decision is Answer.UNKNOWN
    assert EnhancedCheck.CONTRADICTORY in found.enhanced_check
    assert scene.person(found, "甲").decision is Answer.UNKNOWN


def test_enterprise_without_any_record_is_unknown():
    found = beneficial_owners(OwnershipCase(np.zeros((1, 1)), np.array([False])), 0)
    assert found.decision is Answer.UNKNOWN
    assert found.unnamed_most == 1.0
    assert found.owners == ()


def test_manager_who_holds_nothing_is_listed():
    case = OwnershipCase(np.zeros((2, 2)), np.array([True, False]), undeclared=np.zeros(2))
    found = beneficial_owners(case, 1, BeneficialOwnerOptions(managers=(0,), control_settled=True))
    assert found.value.tolist() == [0]
    assert found.owners[0].standards == (Standard.MANAGER,)


@pytest.mark.parametrize(
    ("case", "target"),
    [
        (OwnershipCase(np.zeros((2, 2)), np.array([True, False])), 2),
        (OwnershipCase(np.zeros((2, 2)), np.array([True])), 1),
        (OwnershipCase(np.array([[0, -0.1], [0, 0]]), np.array([True, False])), 1),
        (OwnershipCase(np.array([[0, np.nan], [0, 0]]), np.array([True, False])), 1),
        (OwnershipCase(np.zeros((2, 3)), np.array([True, False])), 1),
        (OwnershipCase(np.zeros((2, 2)), np.array([True, False]), income=np.zeros((3, 3))), 1),
        (
            OwnershipCase(
                np.array([[0, 0.5], [0, 0]]), np.array([True, False]), equity_most=np.zeros((2, 2))
            ),
            1,
        ),
        (OwnershipCase(np.zeros((2, 2)), np.array([True, False]), undeclared=np.array([0.0, 2.0])), 1),
    ],
    ids=["target", "mask", "negative", "nan", "not_square", "sizes", "most_below_least", "undeclared"],
)
def test_wrong_input_is_a_typed_error(case, target):
    with pytest.raises(InputError):
        beneficial_owners(case, target)
