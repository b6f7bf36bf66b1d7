"""Naming a class, or calling the project's own function, is no tie where it stands."""

from __future__ import annotations

import pytest

from junshi.porting.match.python.match import match_python


def rules_of(source: str) -> set[str]:
    """Rules that a Python text hits."""
    return {hit.rule for hit in match_python("a.py", source.encode()).hits}


@pytest.mark.parametrize(
    ("code", "is_tie"),
    [
        ("model = torch.nn.DataParallel(model)", True),
        ("class Mine(torch.nn.DataParallel):\n    pass", True),
        ("isinstance(model, torch.nn.DataParallel)", False),
        ("kinds = (torch.nn.Module, torch.nn.DataParallel)", False),
    ],
)
def test_data_parallel_ties_where_it_is_called_or_inherited(code: str, is_tie: bool) -> None:
    """Asking whether something is a `DataParallel` needs no edit."""
    assert ("py-data-parallel" in rules_of(f"import torch\n{code}\n")) == is_tie


@pytest.mark.parametrize(
    ("code", "rule"),
    [("self.move_to_cuda()", "py-own-device-helper"), ("self.is_cuda_available()", "py-device-switch")],
)
def test_own_function_that_acts_follows_its_definition(code: str, rule: str) -> None:
    """A question is answered where it is asked; an action is ported where it is defined."""
    assert rules_of(f"def work(self):\n    {code}\n") == {rule}
