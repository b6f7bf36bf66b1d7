"""Accept the formulation as it is: `python -m tests.golden.accept` writes the golden files again."""

from __future__ import annotations

from tests.golden.text import FOLDER, golden_texts


def accept() -> None:
    """Write every golden file."""
    for name, text in golden_texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    accept()
