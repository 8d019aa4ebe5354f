"""``python -m tests.breaking``: tries all attacks, and says which the program did not survive."""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from .catalogue import KINDS, Attack, Broken, catalogue
from .ground import Workshop
from .making import opened_again
from .report import Tried, written


def tried(workshop: Workshop, attack: Attack, number: int, briefly: bool = False) -> Tried:
    """Tries an attack on a fresh ground, which is removed if it was survived."""
    ground = workshop.ground(number, briefly)
    fault = ""
    try:
        attack.does(ground)
    except Broken as broken:
        fault = str(broken)
    except Exception as broken:  # what the attack itself did not expect
        fault = f"{type(broken).__name__}: {broken}"
    opened_again(ground.root)
    shutil.rmtree(ground.root, ignore_errors=True)
    return Tried(attack, ground.tried, fault)


def main() -> int:
    """Tries what is asked for; 1 if anything was not survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.breaking", description="Attacks on the program.")
    parser.add_argument("kinds", nargs="*", help=f"only these kinds: {', '.join(KINDS)}")
    parser.add_argument("--only", default="", metavar="TEXT", help="only attacks with this in their name")
    parser.add_argument("--report", action="store_true", help="try all, and write docs/reliability.md")
    parser.add_argument("--quick", action="store_true", help="only the quick ones, at some of the operations")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="so many at once")
    parser.add_argument("--list", action="store_true", help="only name them")
    asked = parser.parse_args()
    unknown = set(asked.kinds) - set(KINDS)
    if unknown or (asked.report and (asked.kinds or asked.only or asked.quick)):
        parser.error(f"no such kind: {', '.join(unknown)}" if unknown else "a report is about all attacks")
    attacks = [
        attack
        for attack in catalogue()
        if (not asked.kinds or attack.kind in asked.kinds)
        and asked.only in str(attack)
        and (attack.quick or not asked.quick)
    ]
    if asked.list:
        print("\n".join(str(attack).encode("unicode_escape").decode() for attack in attacks))
        return 0
    found = all_tried(attacks, asked.jobs, asked.quick)
    faults = [one for one in found if one.fault]
    for kind in KINDS:
        mine = [one for one in found if one.attack.kind == kind]
        if mine:
            times = sum(one.times for one in mine)
            print(
                f"{kind:10} {len(mine):5} attacks, {sum(not one.fault for one in mine):5} survived; {times:6} commands"
            )
    print(f"{len(found) - len(faults)} of {len(found)} survived")
    if asked.report:
        print(written(found))
    return 1 if faults else 0


def all_tried(attacks: list[Attack], jobs: int, briefly: bool) -> list[Tried]:
    """Tries attacks, some at once; in their order."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(attacks)):
        waiting.put(number)
    found: dict[int, Tried] = {}

    def work(folder: Path) -> None:
        workshop = Workshop.at(folder)
        try:
            while True:
                number = waiting.get_nowait()
                found[number] = one = tried(workshop, attacks[number], number, briefly)
                if one.fault:
                    print(
                        f"\nNOT SURVIVED  {attacks[number]!s}\n{one.fault}".encode("ascii", "backslashreplace").decode()
                    )
                elif len(found) % 100 == 0:
                    print(f"{len(found)} of {len(attacks)}", file=sys.stderr)
        except queue.Empty:
            return
        finally:
            workshop.end()

    with tempfile.TemporaryDirectory(prefix="breaking-") as scratch:
        threads = [threading.Thread(target=work, args=(Path(scratch, str(number)),)) for number in range(jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [found[number] for number in sorted(found)]


if __name__ == "__main__":
    sys.exit(main())
