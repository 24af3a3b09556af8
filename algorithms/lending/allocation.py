"""Sharing what the programme may still draw among its eligible members, in fen 额度分配."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schema.money import Fen, allocate_largest_remainder


def allocate(
    available_fen: Fen, limits: Mapping[str, Fen], together: Sequence[tuple[Sequence[str], Fen]] = ()
) -> dict[str, Fen]:
    """Share an amount pro rata to standalone limits, remainders by largest fraction.

    Parameters
    ----------
    available_fen : int
        ``min(core, programme, group) − the core's own draw``; negative counts as 0.
    limits : mapping
        Member id → standalone limit, fen, at least 0.
    together : sequence of (ids, headroom)
        Members of one connected group and what they may draw together: first cut to it, pro rata.

    Returns
    -------
    dict
        Member id → fen, in the order of ids. No share exceeds its limit; the sum never exceeds what is available, and
        reaches it when the limits do.

    Notes
    -----
    O(n log n), in integers throughout. Equal remainders go to the smaller id, so the order of the input is nothing.
    """
    wished = {member: limits[member] for member in sorted(limits)}
    for group, headroom in together:
        inside = sorted(m for m in group if m in wished)
        wished.update(zip(inside, _shared(headroom, [wished[m] for m in inside]), strict=True))
    return dict(zip(wished, _shared(available_fen, list(wished.values())), strict=True))


def _shared(total: Fen, wishes: list[Fen]) -> list[Fen]:
    if sum(wishes) <= max(0, total):
        return wishes
    return allocate_largest_remainder(max(0, total), wishes)
