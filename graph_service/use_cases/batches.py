"""Batches of deliveries, for stewards: what came, what is held and why, and the second signature 批次审核."""

from __future__ import annotations

import os
import pwd
from typing import Final

from graph_service.asking import Asking
from graph_service.trust.principal import COMMAND_LINE, Principal
from loaders import approval
from loaders.approval import Reception
from loaders.batch import Batch, State, Step, batches, find, history
from loaders.patience import IMPATIENT, Patience
from schema.datasets import county_of
from schema.errors import AccessDenied, InputError, NotFound

_UNKNOWN: Final = "There is no such batch, for this caller."


def signatory(who: Principal) -> str:
    """Return who somebody is, for a signature: a person, not a token.

    On the command line it is the account of this machine.

    Raises
    ------
    AccessDenied
        The token does not say which person holds it.
    """
    if who.token_id == COMMAND_LINE:
        return f"cli:{_account()}"
    if who.subject is None:
        raise AccessDenied("A signature is a person's: the token needs the claim 'subject'.")
    return who.subject


def may_see(asking: Asking, source: str) -> bool:
    """Whether deliveries of a source lie in the caller's region; those that name no county are the centre's."""
    county = county_of(source)
    return not county or asking.rooms.policy.in_region(asking.principal, county)


def seen_batches(asking: Asking) -> list[Batch]:
    """Return every batch in the caller's region as known, newest first."""
    return [b for b in batches(asking.rooms.store, known_run=asking.known_run) if may_see(asking, b.source)]


def list_batches(asking: Asking, state: str | None, dataset: str | None) -> list[Batch]:
    """Return the batches of a state and a dataset, newest first."""
    return [
        b
        for b in seen_batches(asking)
        if (state is None or b.state is State(state)) and (dataset is None or b.dataset == dataset)
    ]


def batch_history(asking: Asking, batch_id: str) -> tuple[Step, ...]:
    """Return what became of a batch, decision by decision, the first one first.

    Raises
    ------
    NotFound
        No such batch, for this caller.
    """
    steps = history(asking.rooms.store, batch_id, asking.known_run)
    if not steps or not may_see(asking, steps[0].batch.source):
        raise NotFound(_UNKNOWN)
    return steps


def review_batch(
    asking: Asking,
    reception: Reception,
    batch_id: str,
    decision: str,
    remark: str,
    patience: Patience = IMPATIENT,
) -> Batch:
    """Sign a waiting batch, which publishes it, or turn it away.

    Parameters
    ----------
    decision : str
        APPROVE or REJECT.

    Raises
    ------
    NotFound
        No such batch, for this caller.
    AccessDenied
        The caller uploaded it himself.
    Conflict
        It does not wait for a signature.
    """
    batch = find(asking.rooms.store, batch_id)
    if batch is None or not may_see(asking, batch.source):
        raise NotFound(_UNKNOWN)
    reviewer = signatory(asking.principal)
    if decision == "APPROVE":
        return approval.approve(reception, batch_id, reviewer, remark, patience=patience).batch
    if decision == "REJECT":
        return approval.reject(reception, batch_id, reviewer, remark)
    raise InputError("A decision is APPROVE or REJECT.")


def _account() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # an account without a name, as in some containers
        return str(os.getuid())
