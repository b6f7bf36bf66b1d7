"""Names from a scanned tree as people and other programs may see them: nothing in them acts on a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """Text with control characters, marks of direction and bytes that are no UTF-8 escaped.

    Examples
    --------
    >>> printable("kernels/a.cu")
    'kernels/a.cu'
    >>> printable("a" + chr(27) + "[2J.py") == "a" + chr(92) + "x1b[2J.py"
    True
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )
