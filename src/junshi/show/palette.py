"""Colours that the colour-blind tell apart (Okabe and Ito 2008), and shades of one for a family."""

from __future__ import annotations

from collections.abc import Sequence

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
GREY = "#999999"
FAMILIES = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, YELLOW, BLACK)
LIGHTEST = 0.65


def shades(colour: str, count: int) -> list[str]:
    """Colour itself, then lighter and lighter mixtures of it with white.

    Examples
    --------
    >>> shades("#0072B2", 2)
    ['#0072B2', '#A6CEE4']
    """
    steps = [LIGHTEST * place / (count - 1) if count > 1 else 0.0 for place in range(count)]
    return [mixed(colour, step) for step in steps]


def mixed(colour: str, white: float) -> str:
    """Colour with a share of white."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02X}" for part in parts)


def family_colours(families: Sequence[str]) -> list[str]:
    """Colour of each member: its family's colour, in shades for the members of one family.

    Families get their colours in the order in which they first appear.

    Examples
    --------
    >>> family_colours(["cuda", "cann", "cuda"])
    ['#0072B2', '#D55E00', '#A6CEE4']
    """
    order = list(dict.fromkeys(families))
    left = {
        family: iter(shades(FAMILIES[place % len(FAMILIES)], families.count(family)))
        for place, family in enumerate(order)
    }
    return [next(left[family]) for family in families]
