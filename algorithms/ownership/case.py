"""What is known about ownership: the input of the beneficial-owner and actual-controller rules, as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from algorithms.ownership.matrix import (
    BoolArray,
    Columns,
    FloatArray,
    IntArray,
    Matrix,
    as_columns,
    indices_of,
    induced,
    upstream,
)
from algorithms.walks.adjacency import entries
from schema.errors import InputError


@dataclass(frozen=True, eq=False)
class ControlStatements:
    """Control other than by votes: who appoints, who is stated to control, who acts together.

    Attributes
    ----------
    board : array or sparse (n, n), optional
        ``board[i, j]`` = part of j's board seats that i fills, seats / board size in [0, 1].
    stated : array or sparse (n, n), optional
        1 where i is stated to control j (agreement, trust, filing 协议控制).
    possible : array or sparse (n, n), optional
        1 where i is stated to control j or to have what may be control (influence, a conditional right).
    general_partner : array or sparse (n, n), optional
        1 where i is a general or executing partner 普通合伙人/执行事务合伙人 of the partnership j. Its capital gives
        no control then: limited partners do not run the affairs (Partnership Enterprise Law, art. 67–68).
    groups : tuple of tuples of int, or sparse (n, g)
        Concert groups 一致行动人 and families 关系密切的人: each set acts as one. As a matrix, one column per group with
        an entry for each member: the form for many groups, read at a cost of what is upstream.
    """

    board: Matrix | None = None
    stated: Matrix | None = None
    possible: Matrix | None = None
    general_partner: Matrix | None = None
    groups: tuple[tuple[int, ...], ...] | Matrix = ()


@dataclass(frozen=True, eq=False)
class OwnershipCase:
    """Everything declared about who owns whom. Index i is the same party in every array.

    Matrices may be ndarray or scipy sparse; float64 CSC arrays are used as they are, others converted per call.

    Attributes
    ----------
    equity : (n, n)
        Capital shares as far as known: the exact share, the lower end of a band, nothing where it is missing.
    person : bool array (n,)
        Natural persons 自然人.
    equity_most : (n, n), optional
        Upper ends, for *every* edge: equal to ``equity`` where exact, 1 where a share is missing. Default: exact.
    undeclared : float array (n,), optional
        Part of each company's capital whose holders nobody has named, so that anyone could hold it; NaN or the
        default take 1 − declared shares. Give 0 where the rest is known to be scattered over small holders, or
        where a body has no owners (association, collective).
    state : bool array (n,), optional
        State capital 国有资本: never traced further, never a person.
    nominee : bool array (n,), optional
        Holders on behalf of others 代持: raise the enhanced check.
    income, voting : (n, n), optional
        Income rights 收益权 and voting rights 表决权 *where something is stated* that departs from the capital; a
        stored zero means "none". Whoever states nothing shares the rest by capital (Company Law 2023, art. 210
        and 65: 按实缴出资比例分取红利, 按出资比例行使表决权, unless agreed otherwise).
    control : ControlStatements
        Control by other means than votes.
    declared : mapping of str to ((n, n), (n, n))
        Rights ``equity``, ``income``, ``voting`` that are declared *as a whole*, held through others included, whatever
        chain carries them → their least and greatest parts. They are compared by themselves and add to nothing.
    """

    equity: Matrix
    person: BoolArray
    equity_most: Matrix | None = None
    undeclared: FloatArray | None = None
    state: BoolArray | None = None
    nominee: BoolArray | None = None
    income: Matrix | None = None
    voting: Matrix | None = None
    control: ControlStatements = field(default_factory=ControlStatements)
    declared: Mapping[str, tuple[Matrix, Matrix]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class LocalCase:
    """The part of a case upstream of one company, renumbered.

    Attributes
    ----------
    nodes : int64 array (m,)
        Original indices, sorted.
    target : int
        Local index of the company.
    equity, most : CSC arrays (m, m)
        Least and greatest capital shares; nothing is traced above persons and the state.
    undeclared : float array (m,)
        As in the case, the default filled in.
    person, state, nominee : bool arrays (m,)
    income, voting, board, stated, possible, general_partner : CSC arrays (m, m) or None
    declared : mapping of str to (CSC array, CSC array)
    groups : tuple of int64 arrays
        Local members; those not upstream hold nothing that counts and are left out, and so are groups of them.
    """

    nodes: IntArray
    target: int
    equity: Columns
    most: Columns
    undeclared: FloatArray
    person: BoolArray
    state: BoolArray
    nominee: BoolArray
    income: Columns | None
    voting: Columns | None
    board: Columns | None
    stated: Columns | None
    possible: Columns | None
    general_partner: Columns | None
    declared: Mapping[str, tuple[Columns, Columns]]
    groups: tuple[IntArray, ...]


_OPTIONAL = ("income", "voting", "board", "stated", "possible", "general_partner")
_CONTROL = ("board", "stated", "possible", "general_partner")


def localise(case: OwnershipCase, target: int) -> LocalCase:
    """Cut a case to what is upstream of ``target`` by any right or statement.

    Raises
    ------
    InputError
        When arrays differ in size, a share is no ratio, or the target no index.
    """
    matrices = _matrices(case)
    size = matrices["equity"].shape[0]
    nodes = upstream(list(matrices.values()), indices_of(target, size, "target"))
    masks = {name: _mask(getattr(case, name), size, nodes, name) for name in ("person", "state", "nominee")}
    ends = masks["person"] | masks["state"]
    local = {name: _untraced(induced(matrix, nodes), ends) for name, matrix in matrices.items()}
    most = local.get("equity_most", local["equity"])
    if (local["equity"] - most).max() > 0:
        raise InputError("equity_most must be at least equity for every edge: repeat exact shares in it")
    return LocalCase(
        nodes=nodes,
        target=int(np.searchsorted(nodes, target)),
        equity=local["equity"],
        most=most,
        undeclared=_undeclared(case.undeclared, local["equity"], (nodes, ends)),
        person=masks["person"] & ~masks["state"],
        state=masks["state"],
        nominee=masks["nominee"],
        declared={r: (local[f"{r} least"], local[f"{r} most"]) for r in case.declared},
        groups=_groups(case.control.groups, size, nodes),
        **{name: local.get(name) for name in _OPTIONAL},
    )


def _matrices(case: OwnershipCase) -> dict[str, Columns]:
    given = {name: getattr(case, name) for name in ("equity", "equity_most", "income", "voting")}
    given |= {name: getattr(case.control, name) for name in _CONTROL}
    given |= {
        f"{r} {end}": m
        for r, pair in case.declared.items()
        for end, m in zip(("least", "most"), pair, strict=True)
    }
    found = {name: as_columns(matrix) for name, matrix in given.items() if matrix is not None}
    for name, matrix in found.items():
        if matrix.shape != found["equity"].shape:
            raise InputError(
                f"{name} has shape {matrix.shape}, equity {found['equity'].shape}: index both alike"
            )
    return found


def _untraced(columns: Columns, ends: BoolArray) -> Columns:
    """Drop what is said about holders of persons and of the state, and refuse what is no ratio."""
    if not np.all(np.isfinite(columns.data) & (columns.data >= 0)):
        raise InputError(
            "a right is a ratio of at least 0; leave an unknown one out and give its upper end instead"
        )
    edges = sparse.coo_array(columns)
    keep = ~ends[edges.col]
    kept = (edges.data[keep], (edges.row[keep], edges.col[keep]))
    return sparse.csc_array(kept, shape=columns.shape)


def _mask(mask: BoolArray | None, size: int, nodes: IntArray, name: str) -> BoolArray:
    if mask is None:
        return np.zeros(len(nodes), dtype=np.bool_)
    if mask.shape != (size,):
        raise InputError(f"{name} has shape {mask.shape}; it needs one flag for each of {size} parties")
    return np.asarray(mask[nodes], dtype=np.bool_)


def _undeclared(given: FloatArray | None, equity: Columns, about: tuple[IntArray, BoolArray]) -> FloatArray:
    nodes, ends = about
    rest = np.clip(1.0 - np.asarray(equity.sum(axis=0)).ravel(), 0.0, 1.0)
    rest[rest <= 1e-12] = 0.0  # the rounding of declared shares is nobody's holding
    if given is not None:
        stated = given[nodes]
        if np.any((stated < 0) | (stated > 1)):
            raise InputError(
                "undeclared is a ratio in [0, 1] for each company, or NaN where it is not stated"
            )
        rest = np.where(np.isnan(stated), rest, stated)
    rest[ends] = 0.0
    return rest


def _groups(given: tuple[tuple[int, ...], ...] | Matrix, size: int, nodes: IntArray) -> tuple[IntArray, ...]:
    """Local members of every group of which anybody is upstream."""
    rows = sparse.csr_array(_membership(given, size) if isinstance(given, tuple) else given)
    if rows.shape[0] != size:
        raise InputError(f"groups has {rows.shape[0]} rows; it needs one for each of {size} parties")
    positions, lengths = entries(rows.indptr, nodes)
    group, member = rows.indices[positions], np.repeat(np.arange(len(nodes)), lengths)
    order = np.argsort(group, kind="stable")
    cuts = np.flatnonzero(np.diff(group[order])) + 1
    return tuple(np.split(member[order], cuts)) if len(order) else ()


def _membership(groups: tuple[tuple[int, ...], ...], size: int) -> Matrix:
    members = [indices_of(group, size, "group members") for group in groups]
    row = np.concatenate([*members, np.empty(0, dtype=np.int64)])
    column = np.repeat(np.arange(len(members)), [len(m) for m in members])
    return sparse.csr_array((np.ones(len(row)), (row, column)), shape=(size, len(members)))
