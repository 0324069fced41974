"""What all importers share: the world under way, its report, bounded reading, fitting to our types, writing."""

from connectors.importing.beside import keep_json, keep_once, keep_rich, keep_text
from connectors.importing.imports import Imported, Read, run_import
from connectors.importing.keys import Keys
from connectors.importing.loosening import fitting_default
from connectors.importing.marked import Marked
from connectors.importing.markup import Rich
from connectors.importing.patterns import whole_pattern
from connectors.importing.reading import Archive, inside, read_document, read_file, walk
from connectors.importing.report import Fate, Loss, Report
from connectors.importing.words import field_name, key_of, key_of_name, locale_of, plain_text
from connectors.importing.world import Entry, Fields, Options, Spec, State, World
from connectors.importing.writing import contents_of

__all__ = [
    "Archive",
    "Entry",
    "Fate",
    "Fields",
    "Imported",
    "Keys",
    "Loss",
    "Marked",
    "Options",
    "Read",
    "Report",
    "Rich",
    "Spec",
    "State",
    "World",
    "contents_of",
    "field_name",
    "fitting_default",
    "inside",
    "keep_json",
    "keep_once",
    "keep_rich",
    "keep_text",
    "key_of",
    "key_of_name",
    "locale_of",
    "plain_text",
    "read_document",
    "read_file",
    "run_import",
    "walk",
    "whole_pattern",
]
