"""Machine code for this computer, from the text of a program in LLVM's language, and back into memory.

llvmlite does it, without a C compiler. It is optional and imported at the first use only.

A number that a program computes is the one that NumPy computes, to the last bit: every operation is rounded by itself,
as IEEE 754 has it. LLVM joins, reorders or drops an operation on floating-point numbers only where the text allows it
by a flag, and no option here allows more.
"""

from __future__ import annotations

import os
import re
import sys
from threading import Lock
from typing import Any, NamedTuple

OLDEST = (0, 45)
"""The oldest llvmlite that will do: up to 0.44 LLVM had to be started by a call that newer ones refuse."""

_SSE4 = ("ssse3", "sse4.1", "sse4.2", "popcnt")  # what LLVM takes for granted in x86-64-v2
_AVX2 = (
    *_SSE4,
    "avx",
    "avx2",
    "bmi",
    "bmi2",
    "f16c",
    "fma",
    "lzcnt",
    "movbe",
)  # what LLVM takes for granted in x86-64-v3
_AVX512 = (*_AVX2, "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl")  # and in x86-64-v4

_PLAIN = re.compile(r"(= f(?:mul|add|sub)) ")
_starting = Lock()


class Target(NamedTuple):
    """A kind of processor to compile for.

    Kinds and no single model, so that the computers of a cluster can share what is compiled.
    """

    cpu: str  # LLVM's name for the kind
    features: str  # what it is to be used beyond or short of the kind: "+this,-that"
    lanes: int  # how many float64 its widest registers hold that are worth using


def available() -> str:
    """Nothing ("") where programs can be compiled and loaded, else a sentence why not."""
    if sys.maxsize < 2**32:
        return "Compiling needs a 64-bit Python."
    try:
        import llvmlite
        import llvmlite.binding  # noqa: F401  its library must be there too
    except (ImportError, OSError, RuntimeError) as fault:  # the latter two: a library that is lost or does not fit
        return f"llvmlite cannot be imported ({' '.join(str(fault).split())})."
    if not _kinds():
        return "This processor is too old for compiled programs (SSE4.2 is the least), or its system does not tell."
    found = tuple(int(part) for part in re.findall(r"\d+", version())[:2])
    if found < OLDEST:
        return f"llvmlite {version()} is too old; {'.'.join(map(str, OLDEST))} or newer is needed."
    return ""


def version() -> str:
    """Which llvmlite compiles here. A program that is kept is one of this version."""
    import llvmlite

    return str(llvmlite.__version__)


def targets() -> list[Target]:
    """The kinds of processor whose programs this computer can run, the fastest first. RuntimeError where there is none.

    On x86 the oldest is one that rounds to whole numbers by an instruction (SSE4.1, 2008): a program calls nothing.
    """
    found = _kinds()
    if not found:
        raise RuntimeError(available())
    return found


def _kinds() -> list[Target]:
    llvm = _llvm()
    if not llvm.get_process_triple().startswith("x86_64"):
        return [Target("generic", "", 1)]
    try:
        has = llvm.get_host_cpu_features()
    except RuntimeError:  # an operating system that does not tell
        has = {}
    found = []
    if all(has.get(each) for each in _AVX512):
        found.append(Target("x86-64-v4", "-prefer-256-bit", 8))  # without it LLVM may halve a vector
    if all(has.get(each) for each in _AVX2):
        found.append(Target("x86-64-v3", "", 4))
    if all(has.get(each) for each in _SSE4):
        found.append(Target("x86-64-v2", "", 1))
    return found


def best() -> Target:
    """The fastest of ``targets()``."""
    return targets()[0]


def compiled(text: str, target: Target, *, contraction: bool = False, level: int = 2) -> bytes:
    """The object code of a program. RuntimeError, with LLVM's own words, where the text is not well-formed.

    ``level`` is how hard LLVM tries, from 0 to 3. ``contraction`` lets a product and a sum be rounded once instead of
    twice, where the target can (the kinds with 4 and 8 lanes): then numbers differ, which shows that a comparison of
    results would have noticed.
    """
    llvm = _llvm()
    if contraction:
        text = _PLAIN.sub(r"\1 contract ", text)
    machine = _machine(target.cpu, target.features, level)
    with llvm.parse_assembly(text, llvm.create_context()) as module:
        module.triple = machine.triple
        module.data_layout = str(machine.target_data)
        module.verify()
        tuning = llvm.create_pipeline_tuning_options(speed_level=level)
        # The lanes are in the text already. Looking for more of them costs time and finds none.
        tuning.loop_vectorization = tuning.loop_interleaving = tuning.slp_vectorization = False
        passes = llvm.create_pass_builder(machine, tuning)
        passes.getModulePassManager().run(module, passes)
        return bytes(machine.emit_object(module))


class Loaded:
    """A program in memory, ready to be called. Its addresses hold as long as it does."""

    def __init__(self, code: bytes) -> None:
        """From what ``compiled`` gave, on this or another computer, for a target that this one can run.

        ValueError where it is no object code at all; bytes that went bad further on can crash the process.
        """
        llvm = _llvm()
        with _starting:
            program = llvm.ObjectFileRef.from_data(code)
            if not program._ptr:
                raise ValueError("not object code")
            empty = llvm.parse_assembly("", llvm.create_context())
            # llvmlite's own memory keeps code and constants near each other, as the small code model needs.
            self._engine = llvm.create_mcjit_compiler(empty, _machine(), use_lmm=True)
            self._engine.add_object_file(program)
            self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function begins, for ``ctypes.CFUNCTYPE(...)(address)``. KeyError where there is none of the name."""
        found = int(self._engine.get_function_address(name))
        if not found:
            raise KeyError(name)
        return found


def _llvm() -> Any:
    """llvmlite.binding, ready for use."""
    import llvmlite.binding as llvm

    with _starting:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
    return llvm


def _machine(cpu: str = "", features: str = "", level: int = 2) -> Any:
    """LLVM's picture of a processor, which compiles for it."""
    import llvmlite.binding as llvm

    # Constants within reach are read by the instruction that uses them. On Windows only the other way is well-trodden.
    where = {} if os.name == "nt" else {"reloc": "pic", "codemodel": "small"}
    of_here = llvm.Target.from_triple(llvm.get_process_triple())
    return of_here.create_target_machine(cpu=cpu, features=features, opt=level, jit=True, **where)
