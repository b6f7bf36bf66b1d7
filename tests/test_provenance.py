"""Run records and hashes of inputs."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.errors import InputError
from junshi.provenance import Fact, RunRecord, hash_inputs
from junshi.terms import Confidence

MOMENTS = st.datetimes(timezones=st.just(dt.UTC))
RECORDS = st.builds(
    RunRecord,
    version=st.text(),
    inputs_hash=st.binary().map(hash_inputs),
    seed=st.integers(0, 2**63),
    solver=st.text(),
    solver_version=st.text(),
    solver_status=st.text(),
    started=MOMENTS,
    finished=st.none() | MOMENTS,
    command=st.lists(st.text()).map(tuple),
    language=st.sampled_from(["en", "zh"]),
)


@given(record=RECORDS)
def test_a_record_survives_json(record: RunRecord) -> None:
    """Writing and reading gives the same record."""
    assert RunRecord.from_json(record.to_json()) == record


@given(record=RECORDS)
def test_further_keys_do_not_harm(record: RunRecord) -> None:
    """A record with a key of a later version can be read."""
    entries = {**json.loads(record.to_json()), "later": 1}
    assert RunRecord.from_json(json.dumps(entries)) == record


@pytest.mark.parametrize("text", ["", "[]", "1", "{}", '{"version": "1"}', "{"])
def test_a_broken_record_is_told(text: str) -> None:
    """What is not a record gives one sentence with the file."""
    with pytest.raises(InputError, match=r"run\.json"):
        RunRecord.from_json(text)


def test_a_moment_needs_its_time_zone() -> None:
    """Times without zone are ambiguous and refused."""
    with pytest.raises(ValueError, match="time zone"):
        RunRecord(
            version="1",
            inputs_hash="",
            seed=0,
            solver="",
            solver_version="",
            solver_status="",
            started=dt.datetime(2026, 11, 24),
            finished=None,
            command=(),
            language="en",
        )


@given(parts=st.lists(st.binary(), max_size=4), others=st.lists(st.binary(), max_size=4))
def test_the_hash_tells_inputs_apart(parts: list[bytes], others: list[bytes]) -> None:
    """Equal parts have equal hashes, other parts or other borders between them have others."""
    assert (hash_inputs(*parts) == hash_inputs(*others)) == (parts == others)


def test_a_known_hash() -> None:
    """Without parts it is the SHA-256 of nothing, so the value is stable across versions."""
    assert hash_inputs() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_fact_as_json() -> None:
    """A fact is written with plain values."""
    fact = Fact(96.0, "GB", "data sheet", dt.date(2026, 11, 24), Confidence.HIGH)
    assert fact.as_json() == {
        "value": 96.0,
        "unit": "GB",
        "source": "data sheet",
        "day": "2026-11-24",
        "confidence": "high",
    }
