"""Row of a measurement file; the columns are those that `junshi predict` and `junshi calibrate` read."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from junshi.catalogue.schema import Positive, Row


class Measurement(Row):
    """One published or own measurement of throughput or latency; further columns are kept aside.

    `kind`: train, finetune, prefill, decode or serve-mixed. `metric`: tokens_per_s_per_chip (trained, input
    or
    output tokens, by kind), total_tokens_per_s_per_chip, samples_per_s_per_chip, mfu (0-1), tpot_ms, ttft_ms,
    request_latency_s, gpu_hours or time_to_train_min. An empty cell was not stated by the source.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, protected_namespaces=())

    id: str = Field(min_length=1)
    kind: str
    model: str = ""
    total_params_b: Positive | None = None
    active_params_b: Positive | None = None
    layers: Positive | None = None
    hidden: Positive | None = None
    heads: Positive | None = None
    kv_heads: Positive | None = None
    ffn: Positive | None = None
    n_experts: float | None = None
    experts_per_token: float | None = None
    attention_type: str = ""
    weight_dtype: str = ""
    kv_dtype: str = ""
    accelerator: str
    n_accelerators: Positive | None = None
    parallelism: str = ""
    input_len: Positive | None = None
    output_len: Positive | None = None
    batch_or_concurrency: str = ""
    metric: str
    value: Positive | None = None
    software: str = ""
    date: str = ""
    source: str = ""
    confidence: str = ""
    notes: str = ""
