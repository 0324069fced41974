"""The ASGI entry: `service.live.asgi:app`, configured by the environment."""

from __future__ import annotations

import logging
import time

from service.live.application import Live
from service.live.hub import Hub
from service.live.states import States
from service.live.tickets import seal_of
from service.metrics import LiveFigures
from service.people import open_database
from service.settings import read_settings

settings = read_settings()
logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")

seal = seal_of(settings)
states = States(open_database(settings), seal.digesting)
app = Live(
    Hub(states, time.time, settings.live_connections, LiveFigures().listening), seal, time.time, settings.cors_origins
)
