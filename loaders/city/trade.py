"""Ordinary supply relations 供货 outside the programmes."""

from __future__ import annotations

from loaders.city.delivery import ratio
from loaders.city.site import Site


def write_ordinary_trade(site: Site) -> None:
    """Write one supply relation for four of five ordinary enterprises, buyers drawn at random."""
    rng, ordinary = site.stream("trade"), site.spec.ordinary
    for seller in ordinary:
        buyer = rng.choice(ordinary)
        if buyer == seller or rng.random() < 0.2:
            continue
        share = rng.randint(200, 7000)
        site.put(
            "supplies",
            supplier=site.ids.company_id(seller),
            buyer=site.ids.company_id(buyer),
            amount_fen=rng.randint(1, 500) * 1_000_000,
            share_ratio=ratio(share),
            period=str(site.spec.as_of.year),
        )
