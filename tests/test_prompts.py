"""Prompts are files whose placeholders are all filled, and nothing else is."""

import pytest

from prompts import NAMES, PromptError, load, render


def test_every_prompt_renders_with_its_own_variables() -> None:
    for name in NAMES:
        values = {variable: f"<{variable}>" for variable in load(name).get_identifiers()}
        text = render(name, **values)
        assert "$" not in text
        assert all(value in text for value in values.values())


def test_missing_variable_is_an_error() -> None:
    with pytest.raises(PromptError, match="abstain"):
        render("answer", count="3")


def test_unused_variable_is_an_error() -> None:
    with pytest.raises(PromptError, match="tone"):
        render("answer", count="3", abstain="KHÔNG_CÓ", tone="trang trọng")


def test_unknown_prompt_names_the_known_ones() -> None:
    with pytest.raises(PromptError, match="condense"):
        render("summary")


def test_braces_and_dollars_of_a_document_stay_as_they_are() -> None:
    source = "Mức chi {a} là $5, tức $question và ${sources} đồng"
    text = render("sources", sources=source, question="Mức chi?")
    assert source in text
    assert text.count("Mức chi?") == 1
