"""Operations, bytes and cache of architectures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.throughput.models import catalogue_architecture
from junshi.throughput.work import touched_experts, work_of
from tests.throughput.cases import catalogue


def test_parameters_add_up_to_those_published() -> None:
    """Dense part, experts and embedding of every model of the catalogue sum to its published parameters."""
    for model in catalogue().models:
        work = work_of(catalogue_architecture(model))
        assert float(work.total_params) == pytest.approx(model.total_params_b * 1e9, rel=1e-9)
        assert float(work.dense_params) > 0, model.id


def test_an_expert_of_deepseek_has_the_size_of_its_matrices() -> None:
    """The expert size derived from total and active parameters is that of three matrices in 58 layers."""
    work = work_of(catalogue_architecture(catalogue().model("deepseek-v3")))
    assert float(work.expert_params) == pytest.approx(58 * 3 * 7168 * 2048, rel=0.01)


def test_latent_attention_keeps_a_small_cache() -> None:
    """DeepSeek-V3 keeps 576 elements a layer and token, Llama 3.1 70B 2048."""
    latent = work_of(catalogue_architecture(catalogue().model("deepseek-v3")))
    grouped = work_of(catalogue_architecture(catalogue().model("llama-3.1-70b")))
    assert float(latent.cache_elements) == 61 * 576
    assert float(grouped.cache_elements) == 80 * 2 * 8 * 128


def test_a_window_shortens_the_context_seen() -> None:
    """Half of gpt-oss's layers look back 128 tokens, so a context of 8192 counts as 4160."""
    work = work_of(catalogue_architecture(catalogue().model("gpt-oss-120b")))
    assert float(work.seen(np.array(8192.0))) == 4160


@given(experts=st.integers(2, 512), tokens=st.floats(1, 1e5))
def test_touched_experts_lie_between_one_choice_and_all(experts: int, tokens: float) -> None:
    """At least the experts of one token are read, at most all; more tokens read no fewer."""
    chosen = max(1, experts // 8)
    touched = touched_experts(np.array(float(experts)), np.array(float(chosen)), np.array([1.0, tokens]))
    assert touched[0] == pytest.approx(chosen)
    assert touched[0] - 1e-9 <= touched[1] <= experts
