"""Jobs of any size: what they are cut into, what they need, what is refused, and what the system does not allow.

Nothing here is timed: what is done is counted, and limits are real ones wherever they are cheap to set.
"""

from __future__ import annotations

import dataclasses
import errno
import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice, pairwise
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fake_model
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.disk.errors import InputError
from sim.jobs import run as job
from sim.runs import executors, limits, pieces, size, work, worker
from sim.runs.errors import RunFailed, Stopped
from sim.runs.executors import Crew, Queue, done, in_processes
from sim.runs.inputs import Inputs
from sim.runs.pieces import Failure, Piece, Task, missing
from sim.runs.size import Size, size_of
from sim.runs.store import Kept
from sim.scenario.schema import Scenario
from waiting import PATIENCE, wait_until

Run = Callable[..., Any]
HUGE = 3_000_000_000
ROOT = Path(__file__).resolve().parents[2]
POSIX = pytest.mark.skipif(os.name == "nt", reason="limits and signals of POSIX systems")


def inputs_of(days: Iterable[int], worlds: int, events: str = "typical") -> Inputs:
    scenarios = tuple(Scenario(name=f"s{place}", days=length) for place, length in enumerate(days))
    return Inputs(scenarios, 1, worlds, events, "model", "0")  # type: ignore[arg-type]


# --- pieces are made as they are needed ---


def all_at_once(inputs: Inputs, held: Iterable[Piece], workers: int, most: int | None) -> list[Piece]:
    """The pieces still to do, all made and put in order: what :func:`missing` has to come to."""
    gaps: list[Piece] = []
    for index in range(len(inputs.scenarios)):
        whole, at = inputs.piece_size(index), 0
        mine = sorted(piece for piece in held if piece.scenario == index)
        for piece in [*mine, Piece(index, inputs.worlds, inputs.worlds)]:
            while at < piece.first:
                end = min(piece.first, (at // whole + 1) * whole)
                gaps.append(Piece(index, at, end))
                at = end
            at = max(at, piece.end)
    each = most or max(pieces.WORTH_A_WORKER, ceil(sum(gap.count for gap in gaps) / workers))
    found = []
    for gap in gaps:
        number = ceil(gap.count / each)
        borders = [gap.first + gap.count * place // number for place in range(number + 1)]
        found += [Piece(gap.scenario, a, b) for a, b in pairwise(borders)]
    return sorted(found, key=lambda piece: (piece.first, piece.scenario))


@given(
    days=st.lists(st.integers(1, 10_000), min_size=1, max_size=4),
    worlds=st.integers(1, 9_000),
    workers=st.integers(1, 40),
    most=st.none() | st.integers(50, 3_000),
    held=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8_999), st.integers(1, 2_500)), max_size=9),
)
def test_pieces_are_the_same_and_in_the_same_order_as_if_all_were_made_at_once(
    days: list[int], worlds: int, workers: int, most: int | None, held: list[tuple[int, int, int]]
) -> None:
    inputs = inputs_of(days, worlds)
    kept = [Piece(s, a, min(a + n, worlds)) for s, a, n in held if s < len(days) and a < worlds]
    wanted = all_at_once(inputs, kept, workers, most)
    found = missing(inputs, kept, workers, most)
    assert list(found) == wanted
    assert list(found) == wanted  # a second time too
    assert bool(found) == bool(wanted)
    assert sum(found.worlds) == sum(piece.count for piece in wanted)
    for index in range(len(days)):
        assert found.worlds[index] == sum(piece.count for piece in wanted if piece.scenario == index)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Piece]:
    """Every piece that is made meanwhile."""
    found: list[Piece] = []

    class Counted(Piece):
        def __init__(self, *numbers: int) -> None:
            super().__init__(*numbers)
            found.append(self)

    monkeypatch.setattr(pieces, "Piece", Counted)
    return found


def test_of_a_huge_job_only_the_pieces_that_are_asked_for_are_made(made: list[Piece]) -> None:
    left = missing(inputs_of([730] * 14, HUGE), [], workers=2)
    assert sum(left.worlds) == 14 * HUGE
    assert left
    first = [(piece.first, piece.scenario) for piece in islice(left, 30)]
    assert first == [(place // 14 * 2000, place % 14) for place in range(30)]
    assert len(made) < 100


class Asked:
    """Tasks that are counted as they are asked for."""

    def __init__(self, count: int, simulate: Any = fake_model.simulate) -> None:
        self.count, self.simulate, self.asked = count, simulate, 0
        self.scenario = Scenario(name="calm", days=30)

    def __iter__(self) -> Iterator[Task]:
        for place in range(self.count):
            self.asked += 1
            piece = Piece(0, place * 20, place * 20 + 20)
            yield Task(piece, self.scenario, 1, events=False, key="k", model="m", simulate=self.simulate)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_is_asked_for_when_somebody_is_free(workers: int) -> None:
    tasks, results = Asked(10**9), []
    with closing(done(tasks, workers, lambda: len(results) >= 5)) as coming:
        for result in coming:
            results.append(result)
            assert tasks.asked <= len(results) + 2 * workers
    assert 5 <= len(results) <= 5 + workers
    assert not any(isinstance(result, Failure) for result in results)


@pytest.mark.parametrize("out", [True, False])
def test_a_huge_job_begins_at_once_and_ends_whole(
    two: list[Scenario], run: Run, tmp_path: Path, made: list[Piece], out: bool
) -> None:
    """Also without a folder, where nothing is kept of it."""
    told: list[int] = []
    with pytest.raises(Stopped) as stopped:
        run(
            two,
            worlds=HUGE,
            out=tmp_path / "x" if out else None,
            stop=lambda: len(told) > 3,
            progress=lambda count, total, seconds: told.append(count),
            any_size=True,
        )
    assert stopped.value.exit_code == 3
    assert stopped.value.total == 2 * HUGE
    assert 6000 <= stopped.value.done <= 8000
    assert len(made) < 200


def test_time_is_up_only_once_a_block_is_done(two: list[Scenario], run: Run, tmp_path: Path, same: Any) -> None:
    """However little time a run is given, it comes to its end when it is repeated."""
    for turn in range(1, 8):
        with pytest.raises(Stopped, match="time is up") as stopped:
            run(two[:1], worlds=400, out=tmp_path / "x", block_size=50, stop_after=1e-9)
        assert stopped.value.done == turn * 50
    run(two[:1], worlds=400, out=tmp_path / "x", block_size=50, stop_after=1e-9)
    run(two[:1], worlds=400, out=tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")


def test_keeping_a_piece_compares_it_with_few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.runs.store import Memory

    store, inputs = Memory(), inputs_of([30], 10**6)
    compared = 0
    less = Kept.__lt__

    def counted(one: Kept, other: Kept) -> bool:
        nonlocal compared
        compared += 1
        return bool(less(one, other))

    monkeypatch.setattr(Kept, "__lt__", counted)
    for place in range(2000):
        files = pieces.Files(Piece(0, place * 7 % 2000, place * 7 % 2000 + 1), b"worlds", b"weekly", None)
        store.keep(files, inputs)
        store.keep(files, inputs)  # what is there already is not there twice
    assert [kept.piece.first for kept in store.kept] == list(range(2000))
    assert compared < 2000 * 2 * 13


def test_a_run_in_which_nothing_but_failures_comes_is_given_up(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    calls = []

    def fails(scenario: Scenario, **_: Any) -> Any:
        calls.append(scenario.name)
        raise ZeroDivisionError("a made-up fault")

    with pytest.raises(RunFailed, match=r"none of 100 blocks could be done; the first: ZeroDivisionError"):
        run(two, worlds=HUGE, out=tmp_path, simulate=fails, any_size=True)
    assert len(calls) == work.HOPELESS


# --- what a job needs ---


def test_the_size_of_a_job_is_reckoned_without_making_it(made: list[Piece]) -> None:
    inputs = inputs_of([730] * 3, HUGE)
    small = size_of(inputs_of([730] * 3, 3000), [3000] * 3, ["numpy"] * 3)
    large = size_of(inputs, [HUGE] * 3, ["numpy"] * 3)
    assert large.seconds == pytest.approx(small.seconds * HUGE / 3000, rel=0.3)
    assert large.disk == pytest.approx(small.disk * HUGE / 3000, rel=0.9)
    assert large.memory == pytest.approx(small.memory * HUGE / 3000)
    assert size_of(inputs, [HUGE] * 3, ["fused"] * 3).seconds < large.seconds / 5
    every = inputs_of([730] * 3, HUGE, "all")
    assert size_of(every, [HUGE] * 3, ["numpy"] * 3).disk > 50 * large.disk
    assert size_of(inputs, [0, 0, 0], ["numpy"] * 3).seconds == 0
    assert made == []


@pytest.mark.parametrize("events", ["typical", "all"])
def test_a_real_run_takes_about_the_room_that_was_said(events: str, tmp_path: Path) -> None:
    scenario = Scenario(name="calm", days=20)
    inputs = Inputs.of(scenario, worlds=100, events=events)  # type: ignore[arg-type]
    said = size_of(inputs, [100], ["numpy"]).disk - size.OF_A_JOB
    job.run(scenario, worlds=100, events=events, out=tmp_path, figures=False)  # type: ignore[arg-type]
    names = ("worlds.parquet", "worlds.csv", "events.parquet" if events == "all" else "weekly.parquet", "blocks/**/*")
    files = [path for name in names for path in tmp_path.glob(name) if path.is_file()]
    assert said / 3 < sum(path.stat().st_size for path in files) < said * 2


def test_a_job_that_ends_after_a_time_needs_no_more_than_it_does_till_then() -> None:
    whole = Size(seconds=1e9, disk=1e15, memory=1e15)
    assert whole.within(None) == whole
    part = whole.within(60)
    assert part.seconds == 60
    assert part.disk == pytest.approx(1e15 * 480 / 1e9)
    assert Size(10, 1e6, 1e6).within(3600) == Size(10, 1e6, 1e6)


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[float, float], None]:
    """Sets how many bytes are left on disk and in memory."""

    def left(disk: float, memory: float = 1e18) -> None:
        monkeypatch.setattr(size.shutil, "disk_usage", lambda _: SimpleNamespace(free=int(disk)))
        monkeypatch.setattr(size, "memory_left", lambda: int(memory))

    return left


def refused(run: Run, *scenarios: Any, **how: Any) -> str:
    """What is said of a job that is refused before anything is computed."""

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("something was computed")

    with pytest.raises(InputError) as fault:
        run(*scenarios, simulate=never, **how)
    assert fault.value.exit_code == 2
    assert "\n" not in str(fault.value)
    return str(fault.value)


def test_what_the_disk_does_not_hold_is_refused(
    two: list[Scenario], run: Run, tmp_path: Path, full: Callable[..., None]
) -> None:
    full(80e9)
    said = refused(run, two, worlds=HUGE, out=tmp_path / "new" / "x")
    assert re.search(r"takes about 1\.\d TB, and the disk of \S+x has 80 GB left", said)
    assert "--any-size" in said
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Stopped):
        run(two, worlds=HUGE, out=tmp_path / "x", stop_after=1e-9)  # as much as a minute makes, it does hold
    with pytest.raises(Stopped):
        run(two, worlds=HUGE, out=tmp_path / "y", stop=lambda: True, any_size=True)


def test_only_what_is_missing_has_to_be_held(
    two: list[Scenario], run: Run, tmp_path: Path, full: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "OF_A_JOB", 0)
    full(1e9)
    run(two[:1], worlds=6000, out=tmp_path, figures=False)
    needed = size_of(inputs_of([30], 2000), [2000], ["numpy"]).disk
    full(needed * 2)
    assert "the disk of" in refused(run, two[:1], worlds=6000, out=tmp_path, overwrite=True, seed=2)
    run(two[:1], worlds=8000, out=tmp_path, figures=False)
    full(0)
    run(two[:1], worlds=8000, out=tmp_path, figures=False)  # nothing is missing


def test_a_small_job_on_a_disk_that_is_nearly_full_is_begun(
    two: list[Scenario], run: Run, tmp_path: Path, full: Callable[..., None]
) -> None:
    full(30e6)
    run(two, worlds=300, out=tmp_path)


@pytest.mark.parametrize("out", [True, False])
def test_what_memory_does_not_hold_is_refused(
    two: list[Scenario], run: Run, tmp_path: Path, full: Callable[..., None], out: bool
) -> None:
    """The worlds of a run without a folder, and the pages of one with: they are made in memory."""
    full(1e18, 4e9)
    said = refused(run, two, worlds=HUGE, out=tmp_path / "x" if out else None)
    assert re.search(r"in memory, which takes about 6\.6 TB, and 4\.0 GB are left", said)
    assert list(tmp_path.iterdir()) == []
    run(two, worlds=200, out=tmp_path / "x" if out else None)


def test_all_acts_take_memory_where_they_are_drawn(
    two: list[Scenario], run: Run, tmp_path: Path, full: Callable[..., None]
) -> None:
    full(1e18, 4e9)
    said = refused(run, two, worlds=10_000, out=tmp_path / "x", events="all")
    assert "its tables and pages are made in memory, which takes about 13 GB" in said
    with pytest.raises(Stopped):
        run(two, worlds=10_000, out=tmp_path / "x", events="all", figures=False, stop=lambda: True)


def test_where_the_room_cannot_be_known_nothing_is_refused(
    two: list[Scenario], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_: Any) -> Any:
        raise OSError(errno.ENOSYS, "not here")

    monkeypatch.setattr(size.shutil, "disk_usage", unknown)
    monkeypatch.setattr(size, "memory_left", lambda: None)
    with pytest.raises(Stopped):
        run(two, worlds=HUGE, out=tmp_path, stop=lambda: True)


def test_the_nearest_folder_that_is_there_tells_what_is_left(tmp_path: Path) -> None:
    here = size.free_on_disk(tmp_path)
    assert here is not None and here > 0
    deep = size.free_on_disk(tmp_path / "none" / "of" / "these")
    assert deep == pytest.approx(here, rel=0.2)


def test_a_long_job_says_its_size_before_it_begins(two: list[Scenario], run: Run, full: Callable[..., None]) -> None:
    full(1e18)
    order: list[str] = []

    def first(scenario: Scenario, **about: Any) -> Any:
        order.append("computed")
        return fake_model.simulate(scenario, **about)

    with pytest.raises(Stopped):
        run(two, worlds=HUGE, simulate=first, say=order.append, stop_after=1e-9)
    assert order[2:] == ["computed"]
    assert order[0] == f"2 scenarios × {HUGE:,} worlds: calm and history/storm"
    assert re.fullmatch(
        r"About \d+ (h|days).* with 1 worker and about 6\.6 TB of memory, as on a .*; it ends whole after 0 s", order[1]
    )


def test_what_is_coming_is_said_before_it_is_computed_and_what_is_there_not_again(
    two: list[Scenario], run: Run, tmp_path: Path
) -> None:
    said: list[str] = []
    run(two, worlds=20, out=tmp_path, say=said.append)
    run(two, worlds=20, out=tmp_path, say=said.append)
    run(two, worlds=30, out=tmp_path, say=said.append)
    run(two[0], worlds=1, say=said.append)
    assert said == [
        "2 scenarios × 20 worlds: calm and history/storm",
        "2 scenarios × 30 worlds: calm and history/storm; 40 of 60 are there, 20 to do",
        "1 scenario × 1 world: calm",
    ]


@pytest.mark.parametrize(
    ("seconds", "ends"), [(0.0, ""), (4.9, ""), (12.0, ", about 12 s"), (59.9, ", about 60 s"), (61.0, "")]
)
def test_a_time_is_said_once_and_only_where_it_is_more_than_a_moment(
    two: list[Scenario], seconds: float, ends: str
) -> None:
    inputs = Inputs.of([two[0].replace(name=f"case_{number}") for number in range(7)], worlds=500)
    needed = size.Size(seconds, 0.0, 0.0)
    assert size.coming(inputs, [500] * 7, needed) == f"7 scenarios × 500 worlds{ends}"
    assert bool(size.said_of(needed, 1, True, None)) is (seconds > 60)
    assert size.coming(inputs, [0] * 7, needed) == ""


@pytest.mark.parametrize(("beside", "words"), [(13, "three and thirteen companions"), (1, "three and one companion")])
def test_companions_are_told_from_the_scenarios_that_are_shown(two: list[Scenario], beside: int, words: str) -> None:
    names = [f"case_{number}" for number in range(3 + beside)]
    inputs = Inputs.of([two[0].replace(name=name) for name in names], worlds=500)
    main = dataclasses.replace(inputs, beside=frozenset(names[3:]))
    said = size.coming(main, [500] * len(names), size.Size(0.0, 0.0, 0.0))
    assert said == f"{len(names)} scenarios × 500 worlds: {words}"


@pytest.mark.parametrize(
    ("bytes_", "words"),
    [(300, "0.3 KB"), (61_000, "61 KB"), (9.96e6, "10 MB"), (1.25e9, "1.2 GB"), (617e9, "617 GB"), (5e16, "50 PB")],
)
def test_bytes_as_a_person_says_them(bytes_: float, words: str) -> None:
    assert limits.spoken(bytes_) == words


def test_the_room_that_is_left_is_that_of_the_narrowest_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    left = limits.memory_left()
    assert left is None or left > 0
    group = tmp_path / "job" / "step"
    group.mkdir(parents=True)
    for folder, most, used in ((group, "max", "70"), (tmp_path / "job", "1000", "400"), (tmp_path, "5000", "400")):
        (folder / "memory.max").write_text(f"{most}\n", encoding="ascii")
        (folder / "memory.current").write_text(f"{used}\n", encoding="ascii")
    (tmp_path / "job" / "memory.stat").write_text("anon 300\ninactive_file 100\n", encoding="ascii")
    monkeypatch.setattr(limits, "GROUPS", tmp_path)
    monkeypatch.setattr(limits, "groups", lambda: [group, tmp_path / "job", tmp_path])
    assert limits.below_group() == 700
    assert limits.lowest("memory.max") == 1000
    assert "this container or job may use 1.0 KB: memory.max" in limits.no_memory()
    monkeypatch.setattr(limits, "unused", lambda: None)
    monkeypatch.setattr(limits, "below_limit", lambda: None)
    assert limits.memory_left() == 700
    monkeypatch.setattr(limits, "groups", list)
    assert limits.memory_left() is None


# --- what the system does not allow ---


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (MemoryError(), "too little memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "too little memory"),
        (ImportError("libx.so.1: failed to map segment from shared object"), "too little memory"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "no further process or thread"),
        (RuntimeError("can't start new thread"), "no further process or thread"),
        (OSError(errno.EMFILE, "Too many open files"), "too many files are open"),
        (OSError(errno.EFBIG, "File too large"), "larger than this process may write"),
        (BlockingIOError(errno.EAGAIN, "write could not complete without blocking", 0), ""),
        (OSError(errno.ENOSPC, "No space left on device"), ""),
        (ImportError("No module named 'x'"), ""),
        (ZeroDivisionError("division by zero"), ""),
    ],
)
def test_faults_are_known_for_the_limits_they_are_about(fault: BaseException, said: str) -> None:
    found = limits.named(fault)
    assert said in found
    assert bool(found) == bool(said)


def test_too_little_memory_for_a_block_is_said_and_the_others_go_on(
    two: list[Scenario], run: Run, tmp_path: Path
) -> None:
    result = run(two[:1], worlds=600, out=tmp_path, block_size=100, workers=2, simulate=fake_model.no_room)
    (failed,) = result.manifest["failed"]
    assert failed["first"] == 300
    assert failed["error"].startswith("there is too little memory")
    assert len(result.worlds) == 500


@pytest.mark.parametrize("fault", [OSError(errno.EMFILE, "Too many open files"), MemoryError()])
def test_a_limit_is_no_damage_to_a_file(
    two: list[Scenario], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    """A block that cannot be read for lack of memory or of open files is not thrown away."""
    from sim.runs.folder import Folder

    with pytest.raises(Stopped):
        run(two, worlds=200, out=tmp_path, block_size=100, stop_after=1e-9)
    before = sorted(tmp_path.rglob("*.parquet"))
    assert len(before) == 2

    def fails(*_: Any) -> bytes:
        raise fault

    monkeypatch.setattr(Folder, "read", fails)
    with pytest.raises(RunFailed) as failed:
        run(two, worlds=200, out=tmp_path)
    assert str(tmp_path) not in str(failed.value)
    assert sorted(tmp_path.rglob("*.parquet")) == before


@pytest.mark.parametrize("place", [1, 2])
@pytest.mark.parametrize(
    ("fault", "limit"),
    [
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "process or thread"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory"),
        (OSError(errno.EMFILE, "Too many open files"), "files are open"),
        (RuntimeError("can't start new thread"), "process or thread"),
    ],
)
def test_a_worker_that_cannot_be_started_ends_the_run_and_names_the_limit(
    two: list[Scenario],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: BaseException,
    limit: str,
    place: int,
) -> None:
    hire, calls, crews = Crew.hire, [], []

    def fails(crew: Crew, is_new: bool = True) -> None:
        calls.append(is_new)
        crews.append(crew)
        if len(calls) == place:
            raise fault
        hire(crew, is_new)

    monkeypatch.setattr(Crew, "hire", fails)
    with pytest.raises(RunFailed, match=f"worker {place} of 2 could not be started: .*{limit}") as failed:
        run(two, worlds=200, out=tmp_path / "x", block_size=50, workers=2)
    assert failed.value.exit_code == 1
    assert str(tmp_path) not in str(failed.value)
    assert crews[0].members == []  # those that were started are ended


def test_a_worker_that_finds_no_room_for_what_it_needs_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "no_room_here.py").write_text(
        "import os\nos.write(2, b'noise of a library')\n"
        "raise ImportError('libx.so: failed to map segment from shared object')\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(RunFailed, match="a worker could not be started: there is too little memory"):
        list(in_processes(Asked(4), 2, lambda: False, ["no_room_here"]))


def test_a_worker_that_dies_before_it_is_ready_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dies_here.py").write_text("import os\nos._exit(7)\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(RunFailed, match=r"ended before it was ready \(exit code 7\)"):
        list(in_processes(Asked(4), 2, lambda: False, ["dies_here"]))


def test_a_worker_that_never_answers_its_start_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sleeps_here.py").write_text("import time\ntime.sleep(3600)\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(executors, "PATIENCE", 0.2)
    with pytest.raises(RunFailed, match="it did not answer within"):
        list(in_processes(Asked(4), 2, lambda: False, ["sleeps_here"]))


def test_a_stop_does_not_wait_for_workers_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sleeps_here.py").write_text("import time\ntime.sleep(3600)\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    asked: list[bool] = []
    assert list(in_processes(Asked(4), 2, lambda: bool(asked) or asked.append(True) is not None, ["sleeps_here"])) == []


def test_a_worker_that_dies_and_cannot_be_replaced_leaves_the_others(
    two: list[Scenario], run: Run, tmp_path: Path, same: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    hire = Crew.hire

    def only_new(crew: Crew, is_new: bool = True) -> None:
        if not is_new:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        hire(crew, is_new)

    monkeypatch.setattr(Crew, "hire", only_new)
    monkeypatch.setenv("FAKE_DIED", str(tmp_path / "died"))
    with caplog.at_level(logging.WARNING, "sim.runs"):
        run(two[:1], worlds=600, out=tmp_path / "x", block_size=100, workers=2, simulate=fake_model.dies_once)
    assert "could not be replaced (no further process" in caplog.text
    run(two[:1], worlds=600, out=tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")
    with pytest.raises(RunFailed, match="no worker is left, and no other could be started: no further process"):
        run(two[:1], worlds=600, out=tmp_path / "z", block_size=100, workers=2, simulate=fake_model.always_dies)


def test_workers_need_no_memory_that_processes_share(
    two: list[Scenario], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system without /dev/shm, or with one that cannot be written to, has no locks between processes."""
    monkeypatch.setitem(sys.modules, "multiprocessing.synchronize", None)
    monkeypatch.setitem(sys.modules, "_multiprocessing.SemLock", None)
    result = run(two, worlds=200, out=tmp_path, block_size=50, workers=2)
    assert result.manifest["failed"] == []


def test_what_cannot_be_handed_to_a_worker_fails_alone() -> None:
    """The function of a choice that the worker's modules lack, say."""
    queue, tasks = [], list(Asked(2))
    lost = type("Lost", (), {"__reduce__": lambda self: (gone, ())})()
    bad = Task(tasks[0].piece, lost, 1, events=False, key="k", model="m", simulate=fake_model.simulate)
    for result in in_processes([bad, tasks[1]], 2, lambda: False, worker_modules()):
        queue.append(result)
    failed = [result for result in queue if isinstance(result, Failure)]
    assert [result.error for result in failed] == ["LookupError: not in this process"]
    assert len(queue) == 2


def worker_modules() -> tuple[str, ...]:
    return ("sim.runs.pieces",)


def gone() -> None:
    """What a worker does that takes an object apart which only its parent has."""
    raise LookupError("not in this process")


def test_a_task_of_which_a_worker_died_is_tried_again_alone_and_last() -> None:
    tasks = list(Asked(3))
    queue = Queue(iter(tasks))
    assert queue.next(alone=True) is tasks[0]
    assert queue.died(tasks[0], "exit code 9") is None
    assert [queue.next(alone=False), queue.next(alone=False)] == tasks[1:]
    assert queue.next(alone=False) is None
    assert not queue.is_empty
    assert queue.next(alone=True) is tasks[0]
    given_up = queue.died(tasks[0], "exit code 9")
    assert given_up is not None and given_up.error == "its worker process died, twice (exit code 9)"
    assert queue.is_empty


LIMITED = """
import sys
if __name__ == "__main__":
    sys.path[:0] = {paths!r}
    import conftest, fake_model
    import sim.engine.fingerprint, sim.runs.executors, sim.runs.tables, sim.jobs.run, sim.engine.ways
    import pandas, filelock
    from sim.runs.errors import RunFailed
    from sim.scenario.schema import Scenario

    sim.jobs.run.present = conftest.plain_pages
    sim.engine.fingerprint.model_hash = lambda: "made-up"
    sim.engine.ways.lacking = lambda: "none in this test"
    two = [Scenario(name="calm", days=30), Scenario(name="storm", days=40)]

    def threads():
        return [line for line in open("/proc/self/status", encoding="ascii") if line.startswith("Threads")]

    def run(out, workers, simulate=fake_model.simulate):
        try:
            sim.jobs.run.run(two, worlds=200, out=out, block_size=50, workers=workers, simulate=simulate)
            print("done")
        except RunFailed as failed:
            print("failed:", failed)

    {does}
"""


def limited(does: str, *before: str, **env: str) -> subprocess.CompletedProcess[str]:
    """What a script prints that runs made-up worlds under a limit."""
    paths = [str(ROOT / "src"), str(Path(__file__).parent)]
    script = LIMITED.format(paths=paths, does=does.replace("\n", "\n    "))
    where = Path(env.pop("where"))
    (where / "script.py").write_text(script, encoding="utf-8")
    return subprocess.run(
        [*before, sys.executable, "script.py"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=where,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", **env},
        timeout=300,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="sees threads as Linux shows them")
def test_a_run_needs_no_thread_but_its_own(tmp_path: Path) -> None:
    """Arrow waits for ever, deaf to signals, where it wants threads and the system gives none."""
    does = (
        "import threading\n"
        "before = threads()\n"
        "run('x', 1)\n"
        "result = sim.jobs.run.open_folder('x')\n"
        "result.worlds, result.weekly, result.events, result.shares()\n"
        "print(threads() == before, threading.active_count())"
    )
    told = limited(does, where=str(tmp_path))
    assert told.stdout.splitlines() == ["done", "True 1"], told.stderr


def unprivileged() -> list[str]:
    """What to put before a command so that the limit of processes holds for it: root has none."""
    if os.name == "nt":
        pytest.skip("Windows has no such limit")
    if os.getuid() != 0:
        return []
    command = ["setpriv", "--ruid", "65534", "--bounding-set", "-sys_resource,-sys_admin", "--inh-caps", "-all"]
    try:
        subprocess.run([*command, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is root, and cannot give that up")
    return command


@POSIX
def test_too_few_processes(tmp_path: Path) -> None:
    does = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\n"
        "run('x', 2)\n"
        "run('x', 1)"  # what needs no process is done all the same
    )
    told = limited(does, *unprivileged(), where=str(tmp_path))
    lines = told.stdout.splitlines()
    assert len(lines) == 2, told.stderr
    assert lines[0].startswith("failed: worker 1 of 2 could not be started: no further process or thread")
    assert "(this user may have 1: ulimit -u)" in lines[0]
    assert lines[1] == "done"
    assert told.stderr == ""


@POSIX
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not keep all of these limits")
def test_limits_of_files_and_memory(tmp_path: Path) -> None:
    """Each limit is one in which this process lives, and its files, its blocks or its workers do not."""
    does = (
        "import os, resource\n"
        "def under(name, limit, workers, simulate=fake_model.simulate):\n"
        "    kind = getattr(resource, name)\n"
        "    soft, hard = resource.getrlimit(kind)\n"
        "    resource.setrlimit(kind, (limit, hard))\n"
        "    run(f'{name}-{workers}', workers, simulate)\n"
        "    resource.setrlimit(kind, (soft, hard))\n"
        "run('first', 1)\n"
        "unused = os.dup(0)\n"
        "os.close(unused)\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "under('RLIMIT_FSIZE', 4000, 1)\n"
        "under('RLIMIT_NOFILE', unused + 3, 2)\n"
        "under('RLIMIT_AS', used + 20_000_000, 1, fake_model.large)\n"
        "under('RLIMIT_AS', 250_000_000, 2)\n"
        "run('last', 1)"
    )
    told = limited(does, where=str(tmp_path))
    first, size_, files, memory, memory_of_workers, last = told.stdout.splitlines()
    assert (first, last) == ("done", "done")
    assert size_.startswith("failed: a file would become larger than this process may write (4.0 KB: ulimit -f)")
    assert re.search(r"too many files are open \(a process may have \d+: ulimit -n\)", files)
    for said in (memory, memory_of_workers):
        assert re.match(r"failed: .*too little memory \(a process may use [\d.]+ [MG]B: ulimit -v\)", said), said
    assert not re.search(r"FSIZE-|NOFILE-|AS-", told.stdout)  # it is not the folder that is at fault
    assert "Traceback" not in told.stderr


STOPPED = """
import sys
sys.path[:0] = {paths!r}
import conftest, fake_model
import sim.engine.fingerprint
from sim.cli import computing
from sim.jobs import run as job
from sim.runs.errors import Stopped
from sim.scenario.schema import Scenario

if __name__ == "__main__":
    computing.LET_END = 1
    sim.engine.fingerprint.model_hash = lambda: "made-up"
    with computing.asked_to_stop() as asked:
        try:
            job.run(
                Scenario(name="calm", days=30), worlds=200, out="x", block_size=50, workers={workers},
                simulate=fake_model.never_ends, stop=lambda: asked.stop,
            )
        except Stopped as stopped:
            print(stopped)
            sys.exit(3)
"""


@POSIX
@pytest.mark.parametrize("workers", [1, 2])
def test_one_signal_ends_a_run_whose_block_does_not_end(tmp_path: Path, workers: int) -> None:
    paths = [str(ROOT / "src"), str(Path(__file__).parent)]
    (tmp_path / "script.py").write_text(STOPPED.format(paths=paths, workers=workers), encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "script.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "FAKE_BEGUN": str(tmp_path / "begun")},
    )
    try:
        wait_until(lambda: (tmp_path / "begun").exists() or running.poll() is not None, "the first block")
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
    assert running.returncode == 3, err
    assert out.startswith("stopped: 0 of 200 worlds are done")
    assert "Stopping when the blocks under way are done, in 1 s at the latest" in err
    assert "Traceback" not in err


# --- scripts that workers can read, and others ---


UNGUARDED = f"""
import sys
sys.path[:0] = {[str(ROOT / "src"), str(Path(__file__).parent), str(ROOT / "tests")]!r}
import fake_model
from sim.runs.executors import done
from test_bounds import Asked
print("once")
print(len(list(done(Asked(4), 2, lambda: False))))
"""


def printed(*words: str, text: str | None = None) -> str:
    answer = subprocess.run(
        [sys.executable, *words], input=text, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )
    assert answer.stderr == ""
    return answer.stdout


def test_no_worker_runs_the_script_again(tmp_path: Path) -> None:
    """Neither one without ``if __name__ == "__main__":``, nor one that nobody could read a second time."""
    script = tmp_path / "unguarded.py"
    script.write_text(UNGUARDED, encoding="utf-8")
    assert printed(str(script)) == "once\n4\n"
    assert printed("-", text=UNGUARDED) == "once\n4\n"
    assert printed("-c", UNGUARDED) == "once\n4\n"
    assert printed("-c", f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')") == "once\n4\n"


def test_the_script_is_there_again_afterwards() -> None:
    script = sys.modules["__main__"]
    with executors.script_left_out():
        assert sys.modules["__main__"] is not script
        assert getattr(sys.modules["__main__"], "__file__", None) is None
    assert sys.modules["__main__"] is script


def test_the_manifest_of_a_run_is_json_whatever_the_size(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    """What was said of the size is in no file: it depends on the machine."""
    run(two, worlds=200, out=tmp_path, any_size=True, say=print)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert "any_size" not in json.dumps(manifest)


def test_the_worker_says_first_that_it_is_ready() -> None:
    said: list[Any] = []

    class Door:
        def send(self, what: Any) -> None:
            said.append(what)

        def recv(self) -> Any:
            raise EOFError

    program = worker.work
    before = {kind: signal.getsignal(kind) for kind in worker.LEFT_ALONE}
    try:
        program(Door(), ["sim.runs.pieces"])  # type: ignore[arg-type]
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
    assert said == [worker.Ready()]
