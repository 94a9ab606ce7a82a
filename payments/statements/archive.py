"""The files of an upload: itself, or what a zip of several holds.

A zip is somebody else's too. Its directory is believed in nothing: sizes are counted while
unpacking, names are shown and never used as paths, and a zip in a zip is refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from payments.statements.base import StatementError
from payments.statements.limits import BYTES_MAX, MEMBERS_MAX, RATIO_MAX, too_large
from payments.statements.values import field

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK_BYTES = 64 * 1024
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SMALL_BYTES = 1024 * 1024  # below, how well something is packed does not matter


@dataclass(frozen=True, slots=True)
class FileContent:
    """`name` is for people: the last part of the path, without what cannot be shown."""

    name: str
    content: bytes


def read_files(name: str, content: bytes) -> list[FileContent]:
    """The file itself, or the members of a zip in their order, whatever the name says.

    Raises StatementError for a zip that is damaged, encrypted, nested, empty or too large when
    unpacked (all its files together may have `BYTES_MAX`), before that much is in memory.
    """
    if len(content) > BYTES_MAX:
        raise too_large()
    if not content:
        raise StatementError(_("The file is empty. Download it from the bank once more."))
    if not content.startswith(_ZIP_MAGIC):
        return [FileContent(_shown(name), content)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _unpack(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise StatementError(
            _("The zip file is damaged. Download it from the bank once more."),
            f"zip not read: {type(error).__name__}",
        ) from error


def _unpack(archive: zipfile.ZipFile) -> list[FileContent]:
    members = [info for info in archive.infolist() if _is_wanted(info)]
    if not members:
        raise StatementError(_("There is no file in this zip file."))
    if len(members) > MEMBERS_MAX:
        raise StatementError(
            _("There are more than %(count)d files in this zip file. Upload fewer at once.")
            % {"count": MEMBERS_MAX}
        )
    files: list[FileContent] = []
    left = BYTES_MAX
    for info in members:
        content = _member(archive, info, left)
        left -= len(content)
        files.append(FileContent(_shown(info.filename), content))
    return files


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    """Folders and what macOS adds beside each file are left out."""
    parts = _path(info.filename).parts
    return not info.is_dir() and bool(parts) and "__MACOSX" not in parts and parts[-1][0] != "."


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, bytes_left: int) -> bytes:
    shown = {"name": _shown(info.filename)}
    if info.flag_bits & 0x1:
        raise StatementError(
            _("%(name)s in the zip file is encrypted. Unpack it and upload what is in it.") % shown
        )
    if info.compress_type not in _METHODS:
        raise StatementError(
            _("%(name)s in the zip file is packed in a way that is not read.") % shown
        )
    unpacked = bytearray()
    with archive.open(info) as packed:
        while chunk := packed.read(_CHUNK_BYTES):
            unpacked += chunk
            if len(unpacked) > bytes_left or _is_bomb(len(unpacked), info.compress_size):
                raise too_large()
    if unpacked.startswith(_ZIP_MAGIC):
        raise StatementError(
            _("%(name)s in the zip file is a zip file itself. Unpack it and upload it.") % shown
        )
    return bytes(unpacked)


def _is_bomb(unpacked_bytes: int, packed_bytes: int) -> bool:
    return unpacked_bytes > _SMALL_BYTES and unpacked_bytes > packed_bytes * RATIO_MAX


def _shown(name: str) -> str:
    return field(_path(name).name)[:200] or _("unnamed")


def _path(name: str) -> PurePosixPath:
    return PurePosixPath(name.replace("\\", "/"))
