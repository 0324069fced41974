"""An S3 server of our own on the loopback interface."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

SERIAL = count()
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True)
class Buckets:
    """The server's address, and a client that does what an operator does."""

    endpoint: str

    def make(self) -> str:
        """A new bucket; its name."""
        name = f"bucket-{next(SERIAL)}"
        self.client().create_bucket(Bucket=name)
        return name

    def client(self):  # type: ignore[no-untyped-def]
        """A plain client of S3."""
        config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 0})
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            region_name="us-east-1",
            config=config,
        )


@contextmanager
def s3_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Buckets]:
    """A running server, and its keys in the environment as operators set them."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        yield Buckets("http://{}:{}".format(*server.get_host_and_port()))
    finally:
        server.stop()
