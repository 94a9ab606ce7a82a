"""Files that only those may have who are allowed to: never in a folder that is served.

They lie under random names in PRIVATE_FILES_ROOT, readable by the portal's system user only.
"""

import secrets
from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

_NAME_BYTES = 24


def keep_private_file(content: bytes, *, folder: str) -> str:
    """Stores the bytes; the name under which open_private_file finds them."""
    return _storage().save(f"{folder}/{secrets.token_hex(_NAME_BYTES)}", File(BytesIO(content)))


def open_private_file(stored_as: str) -> BinaryIO:
    """Raises FileNotFoundError, or SuspiciousFileOperation for a name that leaves the folder."""
    return _storage().open(stored_as, "rb")  # type: ignore[return-value]


def drop_private_file(stored_as: str) -> None:
    """Removes what turned out not to be needed; nothing when it is gone already."""
    _storage().delete(stored_as)


def _storage() -> FileSystemStorage:
    return FileSystemStorage(
        location=settings.PRIVATE_FILES_ROOT,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )
