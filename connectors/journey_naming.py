"""Readable names for the demo data's products, whose own words are till abbreviations without a brand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from connectors.journey_sizes import readable_size

NAMES = Path(__file__).with_name("journey_names.txt")

HOUSE_BRAND = "Larder & Co"
"""What the data call a private brand."""

# Made up: the data number the makers and do not name them.
FOOD_MAKERS = (
    "Alderby", "Amberlow", "Ashcombe", "Barrowdale", "Bellhaven", "Birchmere", "Bramley Hill", "Brookhaven",
    "Calloway", "Cedarcroft", "Clearbrook", "Copperfield", "Coverdale", "Crestwood", "Dovecote", "Elderwick",
    "Fairholme", "Fernleigh", "Foxmoor", "Glenmoor", "Goldfinch", "Greenacre", "Harrowgate", "Hazelmere",
    "Heathfield", "Hollybrook", "Ivy Court", "Juniper Row", "Kingsley", "Larkfield", "Lockwood", "Longmeadow",
    "Maplehurst", "Marlowe", "Meadowlark", "Millbrook", "Northbrook", "Oakham", "Orchard Row", "Penhallow",
    "Pinecrest", "Quillby", "Redfern", "Ridgeway", "Rosemont", "Rowanberry", "Saddlebrook", "Stonebridge",
    "Sweetbriar", "Tanglewood", "Thistledown", "Thornbury", "Wakeham", "Westbourne", "Whitcombe", "Willowby",
    "Windermere", "Wrenfield",
)  # fmt: skip
HOME_MAKERS = (
    "Averley", "Brightwater", "Cleardale", "Everhome", "Halden", "Kestrel", "Linden", "Lumen & Lye", "Marden",
    "Norwell", "Purewell", "Silverleaf", "Solwick", "Tidewell", "Verity", "Whitsand",
)  # fmt: skip

HOME = frozenset(
    {
    "air-care", "baby-care", "bath", "batteries", "cigarettes", "cleaning", "coffee-filters", "cat-litter", "diapers",
    "dish-care", "grilling", "hair-care", "household", "kitchen-wraps", "laundry", "medicine", "oral-care",
    "paper-goods", "seasonal", "stationery", "tableware", "toys",
})  # fmt: skip
"""Categories whose makers make nothing to eat."""

RANGES = ("Classic", "Select", "Signature", "Kitchen", "Country", "Market", "Heritage", "Everyday", "Favorite",
          "Homestead", "Choice", "Hearth", "Table", "Harvest", "Pantry", "Blue Label")  # fmt: skip
"""What sets two products apart that the data give one maker, kind and size."""

LOOSE = frozenset({"PRODUCE", "MEAT", "SEAFOOD", "DELI", "PASTRY", "FLORAL", "SALAD BAR", "GARDEN CENTER"})
"""Departments that sell without a brand on the label."""

SHELVES = (
    "Farm Stand", "Family", "Large", "Small", "Premium", "Valley", "Hillside", "Daybreak", "Old Mill", "Riverside",
    "Corner Counter", "Lakeside", "Homestyle", "Fireside", "Market Street", "Bridge House", "Midtown", "Old Town",
    "Northside", "Southside", "Meadow", "Kitchen",
)  # fmt: skip
"""The same for what has no maker."""

ABBREVIATIONS: Mapping[str, str] = {
    "BF": "Beef", "BKFST": "Breakfast", "BNLS": "Boneless", "BRD": "Breaded", "BRKFST": "Breakfast", "BTL": "Bottle",
    "CHIX": "Chicken", "CND": "Canned", "DNR": "Dinner", "DNRS": "Dinners", "DRNK": "Drink", "FD": "Food",
    "FLVRD": "Flavored", "FRZN": "Frozen", "GDS": "Goods", "JCE": "Juice", "MLK": "Milk", "MLT": "Multi",
    "MXS": "Mixes", "NON": "Non", "PK": "Pack", "PKGD": "Packed", "PPK": "Packed", "PWDR": "Powder",
    "REFRIG": "Refrigerated", "SAL": "Salad", "SAUS": "Sausage", "SFT": "Soft", "SGL": "Single", "SNGL": "Single",
    "SPRD": "Spread", "SRV": "Serve", "SS": "Single-Serve", "SV": "Serve", "SW": "Sweet", "VEG": "Vegetable",
    "WTR": "Water",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Raw:
    """A product as the data have it, best sellers first in any list of them."""

    id: str
    department: str
    category: str
    type: str
    size: str
    private: bool
    maker: int


@dataclass(frozen=True, slots=True)
class Named:
    """A product as the shop shows it."""

    id: str
    name: str
    brand: str
    category: str
    size: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """How products of one type are called; no `name`: they are not sold."""

    prefix: str
    name: str
    category: str
    tags: frozenset[str] = frozenset()
    varieties: tuple[str, ...] = ()


def name_products(products: Iterable[Raw]) -> Iterator[Named]:
    """Each product that the shop sells with a name of its own; the same products get the same names."""
    taken: set[str] = set()
    turns: dict[tuple[str, int, str], int] = {}
    for product in products:
        pattern = pattern_of(product.category, product.type)
        if pattern is None:
            continue
        brand = _brand(product, pattern)
        turn = turns.setdefault(place := (pattern.prefix, product.maker, product.size), _first_turn(product))
        turns[place] += 1
        size = readable_size(product.size, loose=product.department in LOOSE)
        name = _free(brand, _thing(pattern, turn), size, product, taken)
        taken.add(name)
        yield Named(product.id, name, brand, pattern.category, size, pattern.tags | _organic(name))


def pattern_of(category: str, type_: str) -> Pattern | None:
    """How a product of this category and type is called; None where the shop does not sell such."""
    section = patterns().get(category)
    if section is None or not section[0].category:
        return None
    fitting = next((p for p in section[1:] if type_.startswith(p.prefix)), None)
    if fitting is None:
        default = section[0]
        return Pattern(type_, spelt_out(type_), default.category, default.tags)
    return fitting if fitting.name else None


def spelt_out(words: str) -> str:
    """Till words as people write them: "FRZN BRD DNRS" -> "Frozen Breaded Dinners"."""
    plain = words.partition("(")[0].replace("-", " ").replace("/", " ").replace(":", " ")
    return " ".join(ABBREVIATIONS.get(word, word.capitalize()) for word in plain.split())


@cache
def patterns() -> Mapping[str, tuple[Pattern, ...]]:
    """Category of the data -> its patterns; the first is what holds where no other fits."""
    sections: dict[str, tuple[Pattern, ...]] = {}
    category = ""
    for line in NAMES.read_text("utf-8").splitlines():
        if line.startswith("["):
            category, _, told = line[1:].partition("] ")
            slug, *tags = told.split()
            sections[category] = (Pattern("", "", slug.strip("-"), _tags(tags)),)
        elif line and not line.startswith("#"):
            sections[category] += (_pattern(line, sections[category][0]),)
    return sections


def _pattern(line: str, default: Pattern) -> Pattern:
    prefix, _, told = line.partition(" = ")
    told, _, varieties = told.partition(" : ")
    head, *tags = told.split(" #")
    name, _, slug = head.partition(" > ")
    one_of = tuple(v.strip() for v in varieties.split("|")) if varieties else ()
    return Pattern(prefix, name.strip(" -"), slug.strip() or default.category, default.tags | _tags(tags), one_of)


def _tags(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.strip(" #") for word in words)


def _thing(pattern: Pattern, turn: int) -> str:
    if not pattern.varieties:
        return pattern.name
    variety = pattern.varieties[turn % len(pattern.varieties)]
    return pattern.name.replace("*", variety) if "*" in pattern.name else f"{variety} {pattern.name}"


def _free(brand: str, thing: str, size: str, product: Raw, taken: set[str]) -> str:
    """The first name in a fixed order that no product has yet."""
    end = f", {size}" if size else ""
    lines = RANGES if brand else SHELVES
    start = _dice(product.id) % len(lines)
    told = [f"{brand} {thing}".strip()]
    told += [" ".join(filter(None, (brand, line, thing))) for line in lines[start:] + lines[:start]]
    told += [f"{name} No. {number}" for number in range(2, 100) for name in told[:1]]
    return next(name + end for name in told if name + end not in taken)


def _brand(product: Raw, pattern: Pattern) -> str:
    if product.department in LOOSE:
        return ""
    if product.private:
        return HOUSE_BRAND
    makers = HOME_MAKERS if pattern.category in HOME else FOOD_MAKERS
    return makers[_dice(f"maker {product.maker}") % len(makers)]


def _first_turn(product: Raw) -> int:
    # The house brand begins with the best-known variety; other makers each with their own.
    return 0 if product.private or product.department in LOOSE else _dice(f"{product.maker} {product.type}") % 7


def _organic(name: str) -> frozenset[str]:
    return frozenset({"organic"}) if "Organic" in name else frozenset()


def _dice(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big")
