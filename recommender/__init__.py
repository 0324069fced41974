"""Recommends items to a person from what people like them took, and says why.

`ItemStore` holds the items, `train` makes a `Bundle` of what people did with them, `ModelStore` keeps bundles and
knows the current one, and a `Shelf` (one model, one state of the items) answers: `docs/recommender.md` shows it.
"""

from recommender.bundle import Bundle
from recommender.errors import BundleError, NothingToLearnError, RecommenderError, UnknownChoiceError
from recommender.evaluation import HeldOut, Quality
from recommender.interactions import Assortment, History, Interactions, Known, Touch
from recommender.interest import expected_value
from recommender.items import Item, ItemStore
from recommender.ladders import LADDERS
from recommender.model import RECOMMENDERS, Model
from recommender.protocol import Recommender, Strengths
from recommender.registry import ModelStore, Trained
from recommender.settings import Settings
from recommender.shelf import Recommendation, Shelf, Suggestion
from recommender.training import train

__all__ = [
    "LADDERS",
    "RECOMMENDERS",
    "Assortment",
    "Bundle",
    "BundleError",
    "HeldOut",
    "History",
    "Interactions",
    "Item",
    "ItemStore",
    "Known",
    "Model",
    "ModelStore",
    "NothingToLearnError",
    "Quality",
    "Recommendation",
    "Recommender",
    "RecommenderError",
    "Settings",
    "Shelf",
    "Strengths",
    "Suggestion",
    "Touch",
    "Trained",
    "UnknownChoiceError",
    "expected_value",
    "train",
]
