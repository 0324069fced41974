"""Pictures in a bucket: served from copies while it is away, refused at upload with a reason, named at the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO

import pytest

from pictures import facts_of
from service.publishing import publisher_of
from service.setting_texts import SettingError
from tests.pictures.drawn import drawn, scene
from tests.service.conftest import Shop
from tests.storage.buckets import Buckets, s3_server

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

PHOTO = drawn("jpeg", scene((400, 300)))


@pytest.fixture
def going(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Buckets, ExitStack]]:
    """An S3 server, and what ends it."""
    with ExitStack() as stack:
        yield stack.enter_context(s3_server(monkeypatch)), stack


def upload(shop: Shop, content: bytes) -> tuple[int, str]:
    answer = shop.client.post(
        "/v1/manage/assets",
        data={"file": (BytesIO(content), "cup.jpg"), "alt.en": "A cup"},
        headers={"Authorization": f"Bearer {shop.secrets['all']}"},
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.text


def test_pictures_live_in_a_bucket_and_are_served_on_while_it_is_away(
    open_shop: Callable[..., Shop], going: tuple[Buckets, ExitStack]
) -> None:
    running, stack = going
    bucket = running.make()
    shop = open_shop(blobs=f"s3://{bucket}/shop", blobs_endpoint=running.endpoint)
    assert upload(shop, PHOTO)[0] == 201
    publisher_of(shop.house).publish("pictures", "ann")
    digest = shop.house.published.current().assets["cup.jpg"]
    held = {entry["Key"] for entry in running.client().list_objects_v2(Bucket=bucket)["Contents"]}
    assert f"shop/{digest[:2]}/{digest}" in held
    assert not (shop.house.settings.data_dir / "blobs").exists()
    assert shop.client.get(f"/assets/{digest[:12]}/cup.jpg").data == PHOTO
    stack.close()
    other = open_shop(blobs=f"s3://{bucket}/shop", blobs_endpoint=running.endpoint)
    assert other.client.get(f"/assets/{digest[:12]}/cup.jpg").data == PHOTO, "started while it is away"
    small = facts_of(other.client.get(f"/assets/{digest[:12]}/w160/cup.jpg.webp").data)
    assert small is not None and small.width == 160
    status, told = upload(other, drawn("jpeg"))
    assert status == 503 and "does not answer" in told and "try again" in told
    assert other.house.contents.get("assets", "cup-2.jpg") is None
    assert other.home()["slots"], "pages go on"


def test_a_bucket_that_is_not_there_stops_the_start(
    open_shop: Callable[..., Shop], going: tuple[Buckets, ExitStack]
) -> None:
    with pytest.raises(SettingError, match=r"INTARSIA_BLOBS: .*there is no bucket 'nowhere'"):
        open_shop(blobs="s3://nowhere", blobs_endpoint=going[0].endpoint)
