"""Every exported method has its card, and a card promises nothing that is not there."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

import algorithms
from graph_service.docs.method_cards import MethodCard, method_cards, read_cards
from schema.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
CARDS = read_cards((ROOT / "docs" / "methods.toml").read_text(encoding="utf-8"))
ONE = (
    '[[method]]\nid = "a"\nzh = "甲"\nfunction = "f"\ndefinition = "d"\nassumptions = "s"\ncomplexity = "c"\n'
)
ONE += 'reference = "r"\nchecked_by = ["t"]\n'


def test_every_exported_function_has_a_card() -> None:
    exported = {name for name in algorithms.__all__ if inspect.isfunction(getattr(algorithms, name))}
    assert exported <= {card.function.rpartition(".")[2] for card in CARDS}
    assert len(exported) >= 12


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_a_card_names_what_exists(card: MethodCard) -> None:
    module, _, name = card.function.rpartition(".")
    assert callable(getattr(import_module(module), name))
    for test in card.checked_by:
        assert (ROOT / test.partition("::")[0]).is_file(), test
        assert Path(test).name.startswith("test_")


def test_the_page_shows_every_card() -> None:
    page = method_cards(ROOT)
    for card in CARDS:
        assert f"## {card.id}\n" in page
        assert card.zh in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ONE + ONE, "more than one card for a"),
        (ONE.replace('definition = "d"', 'definition = ""'), "a says nothing under definition"),
        (ONE.replace('zh = "甲"\n', ""), "cannot be read"),
        (ONE + 'colour = "red"\n', "cannot be read"),
        ("[[method", "cannot be read"),
    ],
)
def test_a_card_that_cannot_be_used_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read_cards(text)
