"""What a file is for, from its path: the product itself, its tests, or what stands beside it."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """Product code, tests, or aside: examples, benchmarks, documents, tools, and what is kept as legacy."""

    PRODUCT = "product"
    TEST = "test"
    ASIDE = "aside"


_TEST = re.compile(
    r"(?:^|/)(?:tests?|testing|test_utils|unittests?)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.\w+$"
)
_ASIDE = re.compile(
    r"(?:^|/)(?:examples?|samples?|demos?|benchmarks?|docs?|legacy|deprecated|scripts?|tools?|experimental"
    r"|contrib|applications?|tutorials?|recipes)/"
)


@lru_cache(maxsize=65536)
def role_of(path: str) -> Role:
    """Role of a file.

    Parameters
    ----------
    path : relative to the scanned root, with forward slashes

    Examples
    --------
    >>> role_of("tests/test_engine.py").value, role_of("engine/legacy/comm.py").value
    ('test', 'aside')
    """
    if _TEST.search(path):
        return Role.TEST
    return Role.ASIDE if _ASIDE.search(path) else Role.PRODUCT
