"""Worlds computed and given as a result, without a folder."""

from __future__ import annotations

from sim.results.result import Result
from sim.runs.data import InMemory, manifest_of
from sim.runs.inputs import Inputs
from sim.runs.store import Memory
from sim.runs.work import Way, afford, faults_of_limits, fill


def in_memory(inputs: Inputs, way: Way) -> Result:
    """The result of a job. Raises Stopped or RunFailed, and then nothing is left of it."""
    way.check(inputs)
    afford(inputs, way)
    store = Memory()
    with faults_of_limits():
        fill(store, inputs, way)
        source = InMemory(store, inputs, way.simulate)
    return Result(manifest_of(inputs, [], {}, way.made(None, store)), source)
