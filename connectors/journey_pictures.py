"""Which of the shop's small pictures stands for which category."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PICTURES: Final[Mapping[str, tuple[str, ...]]] = {
    "shelf-coffee.svg": ("coffee", "coffee-creamer", "coffee-filters", "tea", "hot-cocoa"),
    "shelf-bread.svg": ("bread", "frozen-bread", "refrigerated-dough"),
    "shelf-sweet.svg": (
        "cakes-pastries", "cookies", "candy", "desserts", "frozen-desserts", "baking", "sugar", "ice-cream",
        "ice-cream-bars", "spreads", "pancakes-syrup",
    ),
    "shelf-dairy.svg": ("milk", "dairy", "yogurt", "butter", "eggs"),
    "shelf-cheese.svg": ("cheese", "deli-cheese"),
    "shelf-fruit.svg": ("fresh-fruit", "cut-fruit", "dried-fruit", "canned-fruit", "frozen-fruit"),
    "shelf-greens.svg": (
        "fresh-vegetables", "cut-vegetables", "organic-produce", "salad", "fresh-herbs", "frozen-vegetables",
        "salad-dressing", "salad-toppings", "deli-salads",
    ),
    "shelf-meat.svg": (
        "beef", "pork", "chicken", "turkey", "ham", "bacon", "sausage", "breakfast-sausage", "hot-dogs", "lunch-meat",
        "deli-meat", "frozen-chicken",
    ),
    "shelf-fish.svg": ("fresh-fish", "frozen-fish", "canned-fish"),
    "shelf-bottle.svg": (
        "juice", "water", "soft-drinks", "sports-drinks", "energy-drinks", "iced-tea", "drink-mixes", "beer", "wine",
    ),
    "shelf-tin.svg": (
        "soup", "canned-beans", "canned-vegetables", "canned-meals", "pasta-sauce", "pickles", "olives", "condiments",
        "salsa-dips", "gravy-sauce-mixes", "spices", "oils",
    ),
    "shelf-pasta.svg": ("pasta", "rice", "dry-beans", "side-dishes", "dinner-kits", "world-foods"),
    "shelf-cereal.svg": ("cereal", "oatmeal", "snack-bars", "rice-cakes", "frozen-breakfast"),
    "shelf-snack.svg": ("chips", "crackers", "popcorn", "pretzels", "nuts", "fruit-snacks"),
    "shelf-frozen.svg": ("frozen-meals", "frozen-pizza", "frozen-snacks", "frozen-potatoes", "ice", "prepared-meals"),
    "shelf-baby.svg": ("baby-food", "baby-care", "diapers"),
    "shelf-pet.svg": ("cat-food", "dog-food", "cat-litter"),
    "shelf-flower.svg": ("flowers",),
}  # fmt: skip
"""Picture -> the categories that it stands for."""

OTHER: Final = "shelf-home.svg"
"""What stands for everything else: things for the house."""

_BY_CATEGORY = {category: picture for picture, categories in PICTURES.items() for category in categories}


def picture_of(category: str) -> str:
    """The asset that shows things of this category."""
    return _BY_CATEGORY.get(category, OTHER)
