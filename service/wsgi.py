"""The WSGI entry: `service.wsgi:app`, configured by the environment. INTARSIA_PARTS is read by `serve` alone."""

from __future__ import annotations

import logging
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: threads fight for two cores

from service.app import PARTS, create_app
from service.settings import read_settings

settings = read_settings()
logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")

logging.getLogger("alembic").setLevel(logging.WARNING)

SERVED_PARTS = "SERVED_PARTS"

app = create_app(settings, parts=tuple(filter(None, os.environ.get(SERVED_PARTS, "").split(","))) or PARTS)
