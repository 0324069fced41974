"""Module types, modules, variants, locales, revisions and assets: what authors write, and the parts it becomes."""

from modules.asset_details import AssetDetails, missing_alts, parse_details
from modules.assets import LOOKED_AT
from modules.checks import check_content, shape_of
from modules.comments import LONGEST_COMMENT, BadComment, Comment, Comments, NotYours, UnknownComment, mentioned_in
from modules.composing import SHARED, compose, locales_of, type_in
from modules.content_kinds import KINDS, LONGEST_KEY, ContentKind, check_key, digest_of, key_pattern
from modules.errors import (
    Archived,
    BadKey,
    Conflict,
    ContentError,
    JsonError,
    MergeError,
    ModulesError,
    StillPublished,
    UnknownContent,
)
from modules.field import Field, FieldKind, Role
from modules.json_schema import schema_of
from modules.kinds import FIELD_KINDS
from modules.listing.fulltext import Where
from modules.listing.searching import Found, Hit
from modules.listing.sight import Sight
from modules.listing.snippets import Snippet
from modules.listing.standing import DraftState
from modules.listing.values import ORDERS, Filters, Listed, Order, Page, place_types
from modules.locales import LOCALE, NO_LOCALES, Chain, Locales, locales_findings, parse_locales
from modules.merge import parse_merge
from modules.migration.jobs import Migrations
from modules.migration.mapping import EntrySchema
from modules.migration.moving import What
from modules.migration.reading import modules_of
from modules.migration.survey import Survey
from modules.migration.values import (
    Edited,
    Migration,
    MigrationRefused,
    MigrationRunning,
    State,
    UnknownMigration,
)
from modules.model_pins import PIN
from modules.module import Module, Variant, near_locale
from modules.module_parsing import parse_module
from modules.module_schema import ModuleSchema
from modules.module_type import ModuleType, check_body, parse_type, parts_of
from modules.moments import ANY_MOMENT, EARLIEST, LATEST, MOMENT
from modules.parts import Action, Body, Data, Heading, Hole, Image, Items, ItemsSpec, Merge, Part
from modules.reading import nul_findings, read_json
from modules.reference import EVENTS, FACTS, Reference
from modules.references import references_of
from modules.richtext import clean as clean_html
from modules.richtext import losses as html_losses
from modules.richtext import parse_rich
from modules.samples import sample_of
from modules.schedule import ALWAYS, Times, expiry_of, is_zone, to_instant
from modules.store.changes import ABSENT, Absent, Change, ChangeKind, changes
from modules.store.contents import ContentStore
from modules.store.graph import NAMED_STATES, InUse, Use, Within
from modules.store.leaving import Leaving
from modules.store.merging import Clash, Merged, merge
from modules.store.past import authors_since
from modules.store.pictures import (
    harmed_pictures,
    pictures_in_use,
    pictures_into_blobs,
    pictures_into_database,
)
from modules.store.proof import REVISIONS, damaged_bodies
from modules.store.values import ANY, Draft, MadeBy, Manifest, Name, Revision
from modules.type_schema import TypeSchema
from modules.urls import is_safe_url

__all__ = [
    "ABSENT",
    "ALWAYS",
    "ANY",
    "ANY_MOMENT",
    "EARLIEST",
    "EVENTS",
    "FACTS",
    "FIELD_KINDS",
    "KINDS",
    "LATEST",
    "LOCALE",
    "LONGEST_COMMENT",
    "LONGEST_KEY",
    "LOOKED_AT",
    "MOMENT",
    "NAMED_STATES",
    "NO_LOCALES",
    "ORDERS",
    "PIN",
    "REVISIONS",
    "SHARED",
    "Absent",
    "Action",
    "Archived",
    "AssetDetails",
    "BadComment",
    "BadKey",
    "Body",
    "Chain",
    "Change",
    "ChangeKind",
    "Clash",
    "Comment",
    "Comments",
    "Conflict",
    "ContentError",
    "ContentKind",
    "ContentStore",
    "Data",
    "Draft",
    "DraftState",
    "Edited",
    "EntrySchema",
    "Field",
    "FieldKind",
    "Filters",
    "Found",
    "Heading",
    "Hit",
    "Hole",
    "Image",
    "InUse",
    "Items",
    "ItemsSpec",
    "JsonError",
    "Leaving",
    "Listed",
    "Locales",
    "MadeBy",
    "Manifest",
    "Merge",
    "MergeError",
    "Merged",
    "Migration",
    "MigrationRefused",
    "MigrationRunning",
    "Migrations",
    "Module",
    "ModuleSchema",
    "ModuleType",
    "ModulesError",
    "Name",
    "NotYours",
    "Order",
    "Page",
    "Part",
    "Reference",
    "Revision",
    "Role",
    "Sight",
    "Snippet",
    "State",
    "StillPublished",
    "Survey",
    "Times",
    "TypeSchema",
    "UnknownComment",
    "UnknownContent",
    "UnknownMigration",
    "Use",
    "Variant",
    "What",
    "Where",
    "Within",
    "authors_since",
    "changes",
    "check_body",
    "check_content",
    "check_key",
    "clean_html",
    "compose",
    "damaged_bodies",
    "digest_of",
    "expiry_of",
    "harmed_pictures",
    "html_losses",
    "is_safe_url",
    "is_zone",
    "key_pattern",
    "locales_findings",
    "locales_of",
    "mentioned_in",
    "merge",
    "missing_alts",
    "modules_of",
    "near_locale",
    "nul_findings",
    "parse_details",
    "parse_locales",
    "parse_merge",
    "parse_module",
    "parse_rich",
    "parse_type",
    "parts_of",
    "pictures_in_use",
    "pictures_into_blobs",
    "pictures_into_database",
    "place_types",
    "read_json",
    "references_of",
    "sample_of",
    "schema_of",
    "shape_of",
    "to_instant",
    "type_in",
]
