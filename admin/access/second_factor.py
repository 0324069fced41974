"""Routes of one's own second factor: begin, confirm, take off."""

from __future__ import annotations

from typing import Any

import segno
from flask_smorest import Blueprint

from admin.access.desk import Desk, person
from admin.access.schemas import (
    CodeSchema,
    EnrolmentSchema,
    PasswordAgainSchema,
    PasswordAndCodeSchema,
    RecoverySchema,
    WhoSchema,
)
from admin.access.session import open_session, who_am_i


def add_second_factor_routes(blueprint: Blueprint, desk: Desk) -> None:
    """Add the routes for codes by the clock (TOTP)."""

    @blueprint.route("/session/totp", methods=["POST"])
    @blueprint.arguments(PasswordAgainSchema)
    @blueprint.response(200, EnrolmentSchema)
    def begin_totp(body: dict[str, str]) -> dict[str, str]:
        """Begin a second factor: what an authenticator has to be told; it counts when it is confirmed"""
        name = person().name
        desk.sign_in.confirm(name, body["password"], address=desk.address(), now=desk.clock())
        enrolment = desk.second_factor.begin(name)
        picture = segno.make_qr(enrolment.uri, error="m").svg_data_uri(scale=4, encode_minimal=True)
        return {"secret": enrolment.secret, "uri": enrolment.uri, "qr": picture}

    @blueprint.route("/session/totp/confirm", methods=["POST"])
    @blueprint.arguments(CodeSchema)
    @blueprint.response(200, RecoverySchema)
    def confirm_totp(body: dict[str, str]) -> dict[str, Any]:
        """Confirm it with a first code; the answer holds recovery codes, shown this once. Other sessions end"""
        name = person().name
        codes = desk.second_factor.confirm(name, body["code"], now=desk.clock())
        open_session(desk, name)
        return {**who_am_i(desk), "recovery_codes": codes}

    @blueprint.route("/session/totp/off", methods=["POST"])
    @blueprint.arguments(PasswordAndCodeSchema)
    @blueprint.response(200, WhoSchema)
    def end_totp(body: dict[str, str]) -> dict[str, Any]:
        """Take the second factor off, with password and a code. Other sessions end"""
        name = desk.sign_in.with_password(
            person().name, body["password"], body["code"], address=desk.address(), now=desk.clock()
        )
        desk.accounts.drop_second_factor(name, by=name, now=desk.clock())
        open_session(desk, name)
        return who_am_i(desk)
