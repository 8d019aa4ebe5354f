"""Parts of a sweep done by the workers of a Dask scheduler; the extra ``cluster`` brings dask.distributed.

The scheduler holds nothing that matters: whatever is finished is kept by this process, in the sweep's folder. A worker
that dies has its part done by another; a part that kills its workers, also when nothing else is under way, is given up
and recorded, as with processes.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sim.disk.errors import InputError
from sim.runs.errors import RunFailed
from sim.runs.executors import TRIES, Finished
from sim.runs.pieces import Answer, Failure, attempt
from sim.sweeps.cells import Task

PATIENCE = 30
"""Seconds in which a scheduler has to answer."""
AHEAD = 2
"""Parts that wait for each thread of a worker, so that none is idle."""


def on_dask(tasks: Iterable[Task], address: str, stop: Callable[[], bool]) -> Finished:
    """Does the tasks on a scheduler's workers; yields each as it is finished. Starts no further one after ``stop()``.

    Raises InputError where dask.distributed is missing or nobody answers at the address, RunFailed where the
    scheduler is lost.
    """
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise InputError(
            "--dask needs dask.distributed: run.py setup --cluster, or pip install 'iraq-withdrawal-sim[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as fault:
        raise InputError(f"no Dask scheduler answers at {address} ({fault})") from None
    coming: Iterator[Task] = iter(tasks)
    try:
        room = AHEAD * max(1, sum(client.nthreads().values()))
        under_way = {}

        def submit(task: Task) -> Any:
            future = client.submit(attempt, task, pure=False, retries=TRIES, key=None)
            under_way[future.key] = task
            return future

        def answer_of(future: Any, task: Task) -> Answer | None:
            """What came of a task; None where the workers died that had it, perhaps of another."""
            try:
                answer: Answer = future.result()
            except KilledWorker:
                return None
            except (OSError, TimeoutError) as fault:
                raise RunFailed(f"the Dask scheduler at {address} is lost ({fault})") from None
            except Exception as fault:
                return Failure(task.piece, f"{type(fault).__name__}: {fault}", traceback.format_exc())
            finally:
                future.release()
            return answer

        alone: list[Task] = []
        first = [submit(task) for task in islice(coming, 0 if stop() else room)]
        queue = as_completed(first, loop=client.loop)
        for future in queue:
            task = under_way.pop(future.key)
            found = answer_of(future, task)
            if not stop():
                for another in islice(coming, 1):
                    queue.add(submit(another))
            if found is None:
                alone.append(task)
            else:
                yield found
        for task in alone:  # a scheduler blames all that a worker had, and only one of them killed it
            if stop():
                return
            future = submit(task)
            yield answer_of(future, task) or Failure(task.piece, "its worker died, again and again, of it alone")
    finally:
        client.close()
