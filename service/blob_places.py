"""Where blobs are kept, by the settings."""

from __future__ import annotations

from functools import partial

from service.setting_texts import SettingError
from service.settings import Settings
from storage import BlobPlaceError, BlobStore, BoundedFolder, open_blobs


def blob_store(settings: Settings) -> BlobStore:
    """Where pictures and models are kept. A place that cannot be stops the start."""
    near = partial(BoundedFolder, settings.data_dir / "near", settings.near_bytes)
    try:
        return open_blobs(settings.blobs, settings.data_dir / "blobs", near, settings.blobs_endpoint)
    except BlobPlaceError as error:
        raise SettingError("blobs", str(error)) from None
