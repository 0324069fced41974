"""Prices as people of a locale write them."""

from __future__ import annotations

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "CAD": "CA$", "AUD": "A$", "CHF": "CHF"}
WHOLE = frozenset({"JPY", "KRW", "CLP", "ISK", "VND"})
"""Currencies without a minor unit (ISO 4217, exponent 0)."""

COMMA = frozenset(
    {"bg", "ca", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv", "nb", "nl", "pl", "pt",
     "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk"}
)  # fmt: skip
"""Languages that write a decimal comma and put the symbol behind the number (Unicode CLDR)."""


def writes_comma(locale: str) -> bool:
    """Whether people of this locale write 3,99 rather than 3.99."""
    return locale.split("-", 1)[0].lower() in COMMA and not locale.endswith(("-CH", "-LI", "-MX"))


def money(amount: float, currency: str, *, comma: bool) -> str:
    """`$1,234.50`, or `1.234,50 $` with a decimal comma."""
    number = f"{abs(amount):,.{0 if currency in WHOLE else 2}f}"
    symbol = SYMBOLS.get(currency, currency)
    sign = "-" if amount < 0 else ""
    if comma:
        return f"{sign}{number.translate(_SWAPPED)}\u00a0{symbol}"
    return f"{sign}{symbol}\u00a0{number}" if symbol.isalpha() else f"{sign}{symbol}{number}"


_SWAPPED = str.maketrans(",.", ".,")
