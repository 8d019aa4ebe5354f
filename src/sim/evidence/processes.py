"""``map`` over processes: what searches and ablations are spread by, each piece of work a pure function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any


@contextmanager
def mapped(workers: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """``map``, here or over so many processes; results come in the order of what was asked for."""
    if workers == 1:
        yield map
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool.map
