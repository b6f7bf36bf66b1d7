"""Parameters counted from the shape against the published numbers."""

from __future__ import annotations

import pytest

from junshi.catalogue import load_catalogue
from junshi.catalogue.parameters import active_parameters_b, embedding_parameters_b, total_parameters_b
from junshi.catalogue.schema import ModelArchitecture, read_row
from tests.catalogue.rows import MODEL

MODELS = load_catalogue().models


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_the_shape_gives_the_published_size(model: ModelArchitecture) -> None:
    """The count lies within 2 % of the published total."""
    assert total_parameters_b(model) == pytest.approx(model.total_params_b, rel=0.02)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_the_shape_gives_the_published_active_size(model: ModelArchitecture) -> None:
    """The active count lies within 7 % of the published one, with or without the input embedding."""
    counted = active_parameters_b(model)
    without = counted - embedding_parameters_b(model)
    nearest = min(counted, without, key=lambda count: abs(count - model.active_params_b))
    assert nearest == pytest.approx(model.active_params_b, rel=0.07)


def test_a_tiny_model_counted_by_hand() -> None:
    """One layer, two heads of width 1, hidden 2: 4·(2·1·2) attention + 3·2·5 + 2·7·2 = 16 + 30 + 28."""
    cells = {
        **MODEL,
        "layers": 1,
        "hidden": 2,
        "heads": 2,
        "kv_heads": 2,
        "head_dim": 1,
        "ffn": 5,
        "vocab": 7,
        "attention_type": "mha",
    }
    model = read_row(ModelArchitecture, cells, "test", "row")
    assert total_parameters_b(model) == pytest.approx(74e-9)
    assert active_parameters_b(model) == total_parameters_b(model)
    assert embedding_parameters_b(model) == pytest.approx(14e-9)


def test_a_mixture_uses_only_its_chosen_experts() -> None:
    """Total minus active is the width of the experts that are not chosen."""
    model = load_catalogue().model("mixtral-8x7b")
    idle = 6 * 3 * model.hidden * model.ffn * model.layers / 1e9
    assert total_parameters_b(model) - active_parameters_b(model) == pytest.approx(idle)


def test_models_range_from_small_to_a_trillion() -> None:
    """Models of a few billion to a trillion parameters and all three kinds of attention are there."""
    sizes = [model.total_params_b for model in MODELS]
    assert min(sizes) < 7
    assert max(sizes) > 1000
    assert {model.attention_type for model in MODELS} == {"mha", "gqa", "mla"}
