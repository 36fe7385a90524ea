"""Formatting of counts, signed numbers, lists and headings as text."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, thing: str, things: str = "") -> str:
    """Write a count with its noun, singular for one.

    Args:
        number: How many.
        thing: The noun for one.
        things: The noun for any other number; left out, ``thing`` with an "s".

    Returns:
        The count, with commas between thousands, and the noun.

    Example:
        >>> counted(1, "layer"), counted(10_000, "image"), counted(0, "axis", "axes")
        ('1 layer', '10,000 images', '0 axes')
    """
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def signed(number: float, decimals: int = 2) -> str:
    """Write a number with a true minus sign, and no minus before zero.

    Args:
        number: The number.
        decimals: Digits after the point.

    Returns:
        The number as text.

    Example:
        >>> signed(-0.5), signed(-0.0001)
        ('−0.50', '0.00')
    """
    return f"{number:z.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def p_value(p: float) -> str:
    """Write a p-value as text does: two digits, and a bound where it is tiny.

    Args:
        p: In [0, 1].

    Returns:
        The letter, a sign and the number.

    Example:
        >>> p_value(0.0167), p_value(4.3e-21)
        ('p = 0.017', 'p < 0.0001')
    """
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"


def listed(words: Sequence[str]) -> str:
    """Join words with commas, the last with "and".

    Args:
        words: One or more words.

    Returns:
        The words as one phrase.

    Example:
        >>> listed(["rows", "columns", "channels"])
        'rows, columns and channels'
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def heading(name: str) -> str:
    """Begin a name with a capital letter, and leave the rest of it as it is.

    Args:
        name: Any text.

    Returns:
        The text as a sentence begins.

    Example:
        >>> heading("relu1 of MNIST")
        'Relu1 of MNIST'
    """
    return name[:1].upper() + name[1:]
