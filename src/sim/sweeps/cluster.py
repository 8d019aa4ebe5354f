"""Parts of a sweep done by the workers of a Dask scheduler; the extra ``cluster`` brings dask.distributed.

The scheduler holds nothing that matters: whatever is finished is kept by this process, in the sweep's folder. A worker
that dies has its part done by another; a part that kills its workers is given up and recorded, as with processes.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

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

        def submit(task: Task) -> object:
            future = client.submit(attempt, task, pure=False, retries=TRIES, key=None)
            under_way[future.key] = task
            return future

        queue = as_completed([submit(task) for task in islice(coming, 0 if stop() else room)])
        for future in queue:
            task = under_way.pop(future.key)
            try:
                answer: Answer = future.result()
            except KilledWorker as fault:
                answer = Failure(task.piece, f"its worker died, more than once ({fault})")
            except (OSError, TimeoutError) as fault:
                raise RunFailed(f"the Dask scheduler at {address} is lost ({fault})") from None
            except Exception as fault:
                answer = Failure(task.piece, f"{type(fault).__name__}: {fault}", traceback.format_exc())
            future.release()
            if not stop():
                for task in islice(coming, 1):
                    queue.add(submit(task))
            yield answer
    finally:
        client.close()
