"""One client process; see bench.clients.

python -m bench.client JOBS          takes orders, one a line: job, start (epoch), seconds
python -m bench.client JOBS JOB      does one job once and prints what it returned
"""

import importlib
import sys
import time

import django


def main(jobs_name: str, job_name: str = "") -> None:
    django.setup()
    jobs = importlib.import_module(f"bench.jobs.{jobs_name}")
    if job_name:
        print(getattr(jobs, job_name)())
        return
    for order in sys.stdin:
        job, start, seconds = order.split()
        print(_rate(getattr(jobs, job), float(start), float(seconds)), flush=True)


def _rate(job, start: float, seconds: float) -> float:
    """Things done per second; a job returns how many it did."""
    job()  # opens the connection, reads the accounts
    time.sleep(max(0.0, start - time.time()))
    begun = time.perf_counter()
    done = 0
    while time.perf_counter() - begun < seconds:
        done += job()
    return done / (time.perf_counter() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
