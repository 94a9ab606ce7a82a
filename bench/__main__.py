"""Runs every group of figures, prints them and writes results/latest.json.

python -m bench [--rounds 5] [--seconds 2]
"""

import argparse

import embedded
from bench import ledger, matching, refill, usage, webhooks, wires
from bench.machine import describe_machine
from bench.report import print_figure, write_results

GROUPS = [ledger, webhooks, usage, refill, matching, wires]


def main() -> None:
    options = _read_options()
    print(describe_machine(), flush=True)
    with embedded.servers(throw_away=True, durable=True) as environment:
        figures = []
        for group in GROUPS:
            for figure in group.measure(
                environment=environment, rounds=options.rounds, seconds=options.seconds
            ):
                print_figure(figure)
                figures.append(figure)
    write_results(figures)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds, at least 5")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    options = parser.parse_args()
    if options.rounds < 5:
        parser.error("a median of fewer than 5 rounds says little")
    return options


if __name__ == "__main__":
    main()
