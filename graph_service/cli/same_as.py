"""``same-as``: pairs of nodes that may be one, and names that nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TypeVar

from rich.table import Table

from graph_service.asking import Asking, Question
from graph_service.cli.desk import At, Desk, write_json
from graph_service.trust.principal import operator
from graph_service.use_cases.identity import (
    SameAsProposal,
    decide_same_as,
    propose_same_as,
    same_as_proposals,
)
from graph_service.use_cases.unmatched import link_unmatched, unmatched_parties
from loaders import Keys
from loaders.identity.same_as import Judgement
from schema.errors import InputError
from schema.periods import today_in_shanghai

T = TypeVar("T")
_SHOWN = 100


def propose(*, json: bool = False, desk: At) -> None:
    """Search the whole graph for pairs that may be one, and keep the new ones. 提出同一主体候选

    Parameters
    ----------
    json : bool
        One JSON object on standard output, and nothing else.
    """
    found = _ask(desk, "propose", {}, propose_same_as)
    if json:
        write_json(asdict(found))
        return
    desk.say(
        f"{found.compared} parties; {found.proposed} pairs proposed, {found.by_identifier} accepted by an equal "
        f"identifier, {found.known} known before."
    )
    if found.not_compared:
        desk.say(f"Not compared: {found.not_compared} pairs at most, of names that too many parties share:")
    for each in found.crowded:
        desk.say(f"  {each.key}: {each.pairs}")


def list_pairs(judgement: str = "", /, *, json: bool = False, desk: At) -> None:
    """Show pairs, open ones first, with every reason. 同一主体候选清单

    Parameters
    ----------
    judgement : str
        Only PROPOSED, ACCEPTED or REJECTED ones 判断.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    wanted = _judgement(judgement).value if judgement else None
    pairs = _ask(desk, "list", {"judgement": judgement}, lambda asking: same_as_proposals(asking, wanted))
    if json:
        write_json({"pairs": [asdict(each) for each in pairs]})
        return
    _show_pairs(desk, pairs)


def decide(left: str, right: str, judgement: str, /, *, reason: str, json: bool = False, desk: At) -> None:
    """Accept or reject that two nodes are one. 认定同一主体

    Parameters
    ----------
    left, right : str
        Graph ids 节点标识.
    judgement : str
        ACCEPTED or REJECTED 判断.
    reason : str
        Why 理由.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    _decide(desk, "decide", (left, right), (_judgement(judgement), reason), json=json)


def undo(left: str, right: str, /, *, reason: str, json: bool = False, desk: At) -> None:
    """Take a decision back: the pair is open again, and the decision stays in the past. 撤销认定

    Parameters
    ----------
    left, right : str
        Graph ids 节点标识.
    reason : str
        Why 理由.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    _decide(desk, "undo", (left, right), (Judgement.PROPOSED, reason), json=json)


def unmatched(*, json: bool = False, desk: At) -> None:
    """Show legal persons that rows name without a code, with who may be meant. 待核主体

    Parameters
    ----------
    json : bool
        One JSON object on standard output, and nothing else.
    """
    found = _ask(desk, "unmatched", {}, unmatched_parties)
    if json:
        write_json({"unmatched": [asdict(each) for each in found]})
        return
    table = Table("id", "name 名称", "rows", "candidates 候选")
    for each in found[:_SHOWN]:
        near = "\n".join(f"{c.decision} {c.score:.2f} {c.name} {c.id}" for c in each.candidates)
        table.add_row(each.id, each.name, str(each.rows), near or "none")
    desk.out.print(table)
    desk.say(f"{len(found)} names; the first {_SHOWN} are shown (--json: all).")


def link(missing: str, enterprise: str = "", /, *, reason: str, json: bool = False, desk: At) -> None:
    """Say which enterprise a name means; the rows that waited for it are loaded with it. 关联待核主体

    Parameters
    ----------
    missing : str
        Id of the unmatched party 标识.
    enterprise : str
        Graph id; left out: one that the graph did not know 企业.
    reason : str
        Why 理由.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    asked = {"missing": missing, "enterprise": enterprise, "reason": reason}
    with desk.service() as service:
        keys = Keys(service.keys.identity.material)
        found = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.same-as.link",
            asked,
            lambda asking: link_unmatched(asking, missing, enterprise or None, reason, keys),
        )
    if json:
        write_json(asdict(found))
        return
    who = found.enterprise or "an enterprise of its own"
    desk.say(f"{found.name} is {who}; {found.rows} rows that waited for it are loaded.")


def _decide(desk: Desk, word: str, pair: tuple[str, str], said: tuple[Judgement, str], *, json: bool) -> None:
    judgement, reason = said
    asked = {"pair": list(pair), "judgement": judgement.value, "reason": reason}
    found = _ask(desk, word, asked, lambda asking: decide_same_as(asking, pair, judgement, reason))
    if json:
        write_json(asdict(found))
        return
    _show_pairs(desk, (found,))


def _ask(desk: Desk, word: str, asked: Mapping[str, object], compute: Callable[[Asking], T]) -> T:
    question = Question(operator(), today_in_shanghai())
    with desk.service() as service:
        return service.answer(question, f"cli.same-as.{word}", asked, compute)


def _judgement(word: str) -> Judgement:
    try:
        return Judgement(word.upper())
    except ValueError:
        raise InputError(f"A judgement is {', '.join(Judgement)}.") from None


def _show_pairs(desk: Desk, pairs: tuple[SameAsProposal, ...]) -> None:
    table = Table("judgement 判断", "score", "left", "right", "why 依据", "decided by 决定人")
    for each in pairs[:_SHOWN]:
        why = "; ".join(f"{feature.zh} {feature.en}" for feature in each.features)
        table.add_row(
            each.judgement,
            f"{each.score:.2f}",
            f"{each.left_name or ''} {each.left}",
            f"{each.right_name or ''} {each.right}",
            why,
            each.decided_by or "",
        )
    desk.out.print(table)
    desk.say(f"{len(pairs)} pairs; the first {_SHOWN} are shown (--json: all).")
