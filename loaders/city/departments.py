"""What the departments keep 部门数据: permits, cases, taxes, utilities, honours, ratings and the like, for some enterprises.

The first ordinary enterprise has one record of every kind, so that even a village shows all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, TypeAlias

from loaders.city.delivery import Cell
from loaders.city.site import Site

Cells: TypeAlias = dict[str, Cell]
_YUAN = 100


class Departments:
    """Writes one kind after the other, each with chance of its own."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def write(self) -> None:
        """Write every kind."""
        for kind, (share, cells) in _RECORDS.items():
            rng = self._site.stream(kind)
            for place, index in enumerate(self._site.spec.ordinary):
                if place == 0 or rng.random() < share:
                    party = self._site.ids.company_id(index)
                    self._site.put(kind, party=party, **cells(self._site, rng, place))
        self._write_list()
        self._write_totals()
        self._write_scores()

    def _write_list(self) -> None:
        """One enterprise list 企业名录 that names every tenth ordinary enterprise."""
        listed = self._site.put(
            "enterprise_lists", name="信用培育企业名录", version="1", issued_on=self._site.ago(300)
        )
        for index in self._site.spec.ordinary[::10]:
            self._site.put(
                "enterprise_list_entries", list=listed, enterprise=self._site.ids.company_id(index)
            )

    def _write_totals(self) -> None:
        """What is printed of the city 公布的总数: rounded, as such totals are."""
        said = len(self._site.spec.ordinary)
        for qualifier, word in (("APPROX", "约"), ("MORE_THAN", "超"), ("NEARLY", "近")):
            self._site.put(
                "stated_totals",
                measure="ENTERPRISES",
                population="全市企业",
                number=said,
                qualifier=qualifier,
                wording=f"{word}{said}户",
                stated_on=self._site.ago(100),
            )

    def _write_scores(self) -> None:
        rng = self._site.stream("person_scores")
        for person in range(0, self._site.spec.business, 50):
            number = self._site.ids.identity_number(person)
            score = rng.randint(400, 950)
            self._site.put(
                "person_scores", person=number, scheme="XIN_AN", score=score, scored_on=self._site.ago(20)
            )


def _permit(site: Site, rng: Random, place: int) -> Cells:
    decided = site.ago(rng.randint(30, 900))
    return {
        "document_no": f"许可〔{decided.year}〕{place}号",
        "category": rng.choice(("普通", "特许", "认可", "核准", "登记")),
        "content": rng.choice(("安全生产许可", "食品经营许可", "排污许可")),
        "decided_on": decided,
        "effective_on": decided,
        "expires_on": site.ago(rng.randint(-900, 20)),
        "authority": rng.choice(("应急管理局", "市场监督管理局", "生态环境局")),
        "status": "VALID",
    }


def _court_case(site: Site, rng: Random, place: int) -> Cells:
    filed, closed = rng.randint(100, 900), rng.random() < 0.5
    return {
        "case_no": f"（{site.ago(filed).year}）执{place}号",
        "court": "人民法院",
        "cause": rng.choice(("买卖合同纠纷", "金融借款合同纠纷", "劳动争议")),
        "filed_on": site.ago(filed),
        "amount_fen": rng.randint(1, 500) * 10_000 * _YUAN,
        "status": "FULFILLED" if closed else "OPEN",
        "closed_on": site.ago(rng.randint(1, filed)) if closed else None,
    }


def _tax_record(site: Site, rng: Random, place: int) -> Cells:
    return {
        "record_kind": "GRADE",
        "year": site.spec.as_of.year - 1,
        "grade": rng.choice("AABBBMCD"),
        "decided_on": site.ago(rng.randint(60, 200)),
    }


def _tax_arrears(site: Site, rng: Random, place: int) -> Cells:
    announced = rng.randint(60, 400)
    settled = site.ago(rng.randint(1, announced)) if rng.random() < 0.4 else None
    return {
        "tax_kind": rng.choice(("增值税", "企业所得税")),
        "amount_fen": rng.randint(1, 300) * 1_000 * _YUAN,
        "announced_on": site.ago(announced),
        "settled_on": settled,
        "authority": "税务局",
    }


def _wage_arrears(site: Site, rng: Random, place: int) -> Cells:
    found = rng.randint(30, 500)
    return {
        "amount_fen": rng.randint(1, 60) * 10_000 * _YUAN,
        "workers": rng.randint(1, 80),
        "found_on": site.ago(found),
        "settled_on": site.ago(rng.randint(1, found)) if rng.random() < 0.6 else None,
        "authority": "人力资源和社会保障局",
    }


def _utility(site: Site, rng: Random, place: int) -> Cells:
    due = rng.randint(20, 50)
    used = rng.randint(500, 90_000)
    return {
        "utility": rng.choice(("POWER", "WATER", "GAS")),
        "month": _month(site, due),
        "quantity": used,
        "amount_fen": used * 70,
        "due_on": site.ago(due),
        "paid_on": site.ago(due + rng.randint(0, 9)) if rng.random() < 0.93 else None,
    }


def _contribution(site: Site, rng: Random, place: int) -> Cells:
    heads = rng.randint(1, 200)
    return {
        "fund": rng.choice(("SOCIAL_INSURANCE", "SOCIAL_INSURANCE", "HOUSING_FUND")),
        "month": _month(site, 35),
        "headcount": heads,
        "amount_fen": heads * 1_200 * _YUAN,
        "arrears_fen": 0,
        "paid_on": site.ago(35),
    }


def _honour(site: Site, rng: Random, place: int) -> Cells:
    kinds = ("COMMENDATION", "TRADEMARK", "CONTRACT_CREDIT", "HIGH_TECH", "TECH_INNOVATION")
    awarded = rng.randint(30, 1000)
    return {
        "honour_kind": rng.choice(kinds),
        "name": "企业荣誉",
        "certificate_no": f"H{place:06d}",
        "authority": rng.choice(("科学技术局", "工业和信息化局", "市场监督管理局")),
        "awarded_on": site.ago(awarded),
        "expires_on": site.ago(awarded - 1095),
    }


def _annual_report(site: Site, rng: Random, place: int) -> Cells:
    return {
        "year": site.spec.as_of.year - 1,
        "filed_on": site.ago(rng.randint(130, 280)),
        "outcome": "FILED",
        "employees": rng.randint(1, 300),
        "assets_fen": rng.randint(50, 90_000) * 10_000 * _YUAN,
    }


def _registry_change(site: Site, rng: Random, place: int) -> Cells:
    return {
        "item": "注册资本",
        "before": "100万元",
        "after": "500万元",
        "changed_on": site.ago(rng.randint(1, 900)),
    }


def _project_admission(site: Site, rng: Random, place: int) -> Cells:
    return {
        "project_no": f"2026-{place:06d}",
        "project_name": "技术改造项目",
        "admitted_on": site.ago(rng.randint(1, 300)),
        "outcome": "ADMITTED",
    }


def _inspection(site: Site, rng: Random, place: int) -> Cells:
    return {
        "inspection_no": f"JC{place:07d}",
        "field": rng.choice(("农产品质量", "农药", "兽药")),
        "inspected_on": site.ago(rng.randint(1, 700)),
        "outcome": rng.choice(("PASSED", "PASSED", "PASSED", "RECTIFIED", "FAILED")),
        "authority": "农业农村局",
    }


def _commitment(site: Site, rng: Random, place: int) -> Cells:
    made = site.ago(rng.randint(30, 500))
    return {
        "code": f"441241{made:%Y%m%d}{place % 1_000_000:06d}",
        "commitment_kind": rng.choice(("APPROVAL", "VOLUNTARY", "PROOF")),
        "content": "依法诚信经营",
        "made_on": made,
        "fulfilment": "FULL",
    }


def _rating(site: Site, rng: Random, place: int) -> Cells:
    return {
        "scheme": "ENV4",
        "grade": rng.choice(("GREEN", "BLUE", "BLUE", "YELLOW", "RED")),
        "rater": "生态环境局",
        "rated_on": site.ago(rng.randint(30, 360)),
    }


def _listing(database: str) -> Callable[[Site, Random, int], Cells]:
    return lambda site, rng, place: {"database": database, "listed_on": site.ago(rng.randint(10, 700))}


def _repair(site: Site, rng: Random, place: int) -> Cells:
    applied = rng.randint(10, 300)
    return {"applied_on": site.ago(applied), "decided_on": site.ago(applied - 3), "outcome": "GRANTED"}


def _subsidy(site: Site, rng: Random, place: int) -> Cells:
    return {
        "name": "贷款贴息",
        "amount_fen": rng.randint(1, 40) * 10_000 * _YUAN,
        "granted_on": site.ago(rng.randint(1, 700)),
    }


def _month(site: Site, days: int) -> str:
    return f"{site.ago(days):%Y-%m}"


# Kind -> the share of enterprises that has such a record, and its cells.
_RECORDS: Final[dict[str, tuple[float, Callable[[Site, Random, int], Cells]]]] = {
    "permits": (0.06, _permit),
    "court_cases": (0.02, _court_case),
    "tax_records": (0.1, _tax_record),
    "tax_arrears": (0.01, _tax_arrears),
    "wage_arrears": (0.005, _wage_arrears),
    "utilities": (0.1, _utility),
    "contributions": (0.1, _contribution),
    "honours": (0.03, _honour),
    "annual_reports": (0.1, _annual_report),
    "registry_changes": (0.04, _registry_change),
    "project_admissions": (0.01, _project_admission),
    "inspections": (0.04, _inspection),
    "commitments": (0.03, _commitment),
    "ratings": (0.04, _rating),
    "overdue_firms": (0.01, _listing("OVERDUE")),
    "debt_evaders": (0.002, _listing("DEBT_EVADERS")),
    "police_dishonest": (0.001, _listing("POLICE_DISHONEST")),
    "suspicious_accounts": (0.001, _listing("SUSPICIOUS_ACCOUNTS")),
    "repairs": (0.005, _repair),
    "subsidies": (0.02, _subsidy),
}
