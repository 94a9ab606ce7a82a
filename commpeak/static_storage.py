"""Static files for production: hashed names, compressed, and one style sheet.

The look is one CSS file per component, imported by css/main.css. Browsers would fetch some
thirty files one after the other, so collectstatic folds the imports into main.css, each in
the layer it was imported into.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRY = "css/main.css"
_IMPORT = re.compile(
    r'@import url\("(?P<file>[\w./-]+)"\) layer\((?P<layer>\w+)\)(?P<media>[^;]*);'
)

Paths = dict[str, tuple[Any, str]]


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if ENTRY in paths and not dry_run:
            self._fold_imports(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _fold_imports(self, paths: Paths) -> None:
        """Overwrites the collected main.css and lets the hashing read that one."""
        folded = _IMPORT.sub(lambda found: _as_layer(paths, found), _read(paths, ENTRY))
        self.delete(ENTRY)
        self._save(ENTRY, ContentFile(folded.encode()))
        paths[ENTRY] = (self, ENTRY)


def _as_layer(paths: Paths, found: re.Match[str]) -> str:
    rules = f"@layer {found['layer']} {{\n{_read(paths, 'css/' + found['file'])}}}"
    media = found["media"].strip()
    return f"@media {media} {{\n{rules}\n}}" if media else rules


def _read(paths: Paths, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return bytes(file.read()).decode()
