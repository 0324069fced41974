"""The routes about people."""

from __future__ import annotations

from flask_smorest import Blueprint

from admin.deps import Deps
from admin.people.consent import add_consent_routes
from admin.people.identity import add_identity_routes
from admin.people.lists import add_list_routes
from admin.people.matches import add_match_routes
from admin.people.profiles import add_profile_routes
from admin.people.requests import add_request_routes
from admin.people.segments import add_segment_routes
from admin.people.triggers import add_trigger_routes


def add_people_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add them all."""
    add_profile_routes(blueprint, deps)
    add_identity_routes(blueprint, deps)
    add_match_routes(blueprint, deps)
    add_consent_routes(blueprint, deps)
    add_segment_routes(blueprint, deps)
    add_list_routes(blueprint, deps)
    add_trigger_routes(blueprint, deps)
    add_request_routes(blueprint, deps)
