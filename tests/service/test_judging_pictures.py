"""A release is judged and published without reading a picture: each was looked at when it was saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from service.publishing import publisher_of
from storage import Blobs, BlobsAway
from tests.pictures.drawn import drawn
from tests.service.conftest import Shop


class Unread(Blobs):
    """Blobs that take everything and give nothing back."""

    def get(self, digest: str) -> bytes:
        raise BlobsAway(digest, "does not answer", "try again")


def test_publishing_reads_no_picture(open_shop: Callable[..., Shop], tmp_path: Path) -> None:
    shop = open_shop()
    shop.house.contents._blobs = Unread(tmp_path / "elsewhere")
    shop.house.contents.put("assets", "cup.jpg", drawn("jpeg"), author="ann", now=shop.clock())
    publisher = publisher_of(shop.house)
    assert [one for one in publisher.findings() if one.severity == "error"] == []
    assert publisher.publish("pictures", "ann").id == shop.house.published.current().release
    assert shop.post("/v1/manage/validate", {}).get_json()["ok"] is True
    assert "cup.jpg" in shop.house.published.current().assets
