"""LDBC FinBench answered from its files alone: the csv module, networkx walks and one dense solve, nothing of ours."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from pathlib import Path

import networkx as nx
import numpy as np
from numpy.typing import NDArray

ALWAYS = "9999-12-31"


@dataclass(frozen=True)
class Chain:
    """Whom a guarantor reaches, in how many hops at least, and the loans that those applied for."""

    depths: dict[str, int]
    loan_count: int
    loan_sum_fen: int


@dataclass(frozen=True)
class Holdings:
    """Who holds what part: ``shares[i, j]`` is what ``holders[i]`` holds of ``companies[j]``."""

    holders: list[str]
    companies: list[str]
    shares: NDArray[np.float64]


@dataclass(frozen=True)
class FinBench:
    """A directory of FinBench. ``day``: what happened later (``createTime``) has not happened yet."""

    folder: Path
    day: str = ALWAYS

    @cached_property
    def guarantees(self) -> nx.DiGraph:
        """Guarantor → guaranteed. A company and a person of one number are two nodes."""
        graph = nx.DiGraph()
        for file, prefix in (("CompanyGuaranteeCompany", "E"), ("PersonGuaranteePerson", "P")):
            graph.add_edges_from(
                (_id(prefix, r["fromId"]), _id(prefix, r["toId"])) for r in self._events(file)
            )
        return graph

    @cached_property
    def guarantors(self) -> list[str]:
        """Everyone who guarantees somebody."""
        return sorted(node for node, guaranteed in self.guarantees.out_degree() if guaranteed)

    def chain(self, start: str) -> Chain:
        """Walk from a guarantor to the end."""
        hops = dict(nx.single_source_shortest_path_length(self.guarantees, start))
        del hops[start]
        loans = set().union(*(self._applied[party] for party in hops))
        return Chain(hops, len(loans), sum(self._principal_fen[loan] for loan in loans))

    @cached_property
    def investments(self) -> nx.DiGraph:
        """Investor → company, with the share that he holds."""
        graph = nx.DiGraph()
        for file, prefix in (("CompanyInvestCompany", "E"), ("PersonInvestCompany", "P")):
            for row in self._events(file):
                ends = _id(prefix, row["investorId"]), _id("E", row["companyId"])
                before = graph.get_edge_data(*ends, default={"share": 0.0})["share"]
                graph.add_edge(*ends, share=before + float(row["ratio"]))
        return graph

    def circle(self) -> set[str]:
        """Return the largest set of parties each of which holds every other, directly or not."""
        return max(nx.strongly_connected_components(self.investments), key=len)

    def upstream(self, companies: set[str]) -> set[str]:
        """Return everyone who holds something of these companies, directly or not, themselves included."""
        return companies.union(*(nx.ancestors(self.investments, company) for company in companies))

    def final_shares(self, among: set[str]) -> Holdings:
        """Solve ``(I − A)⁻¹ A`` densely for parties among whom nobody's holder is missing.

        Persons are held by nobody, so only companies need the inverse: ``Y = A + Y·A_CC``, with a row a holder.
        """
        holders = sorted(among)
        companies = [party for party in holders if party.startswith("E:")]
        A = nx.to_numpy_array(self.investments, nodelist=holders, weight="share")
        held = [holders.index(company) for company in companies]
        A = A[:, held]
        return Holdings(holders, companies, np.linalg.solve((np.eye(len(held)) - A[held]).T, A.T).T)

    @cached_property
    def _applied(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for file, column, prefix in (
            ("CompanyApplyLoan", "companyId", "E"),
            ("PersonApplyLoan", "personId", "P"),
        ):
            for row in self._events(file):
                found[_id(prefix, row[column])].add(row["loanId"])
        return found

    @cached_property
    def _principal_fen(self) -> dict[str, int]:
        """Yuan, with many decimals, to fen: half to even."""
        return {
            row["loanId"]: int((Decimal(row["loanAmount"]) * 100).to_integral_value(ROUND_HALF_EVEN))
            for row in self._rows("Loan")
        }

    def _events(self, stem: str) -> list[dict[str, str]]:
        return [row for row in self._rows(stem) if row["createTime"][:10] <= self.day]

    def _rows(self, stem: str) -> list[dict[str, str]]:
        with (self.folder / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="|"))


def data_rows(path: Path) -> int:
    """Rows of a file beside its header."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file, delimiter="|")) - 1


def _id(prefix: str, number: str) -> str:
    return f"{prefix}:finbench:{number}"
