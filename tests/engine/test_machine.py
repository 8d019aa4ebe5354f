"""Machine code from a text: NumPy's numbers to the bit, on every kind of processor that this computer can be."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sim.engine.fused import machine
from sim.engine.fused.machine import Loaded, Target, best, compiled, targets

SRC = Path(__file__).parents[2] / "src"
needs_llvmlite = pytest.mark.skipif(bool(machine.available()), reason=machine.available())
TARGETS = [] if machine.available() else targets()
each_target = pytest.mark.parametrize("target", TARGETS, ids=[target.cpu for target in TARGETS])

TERMS = [1 / 39916800, 1 / 3628800, 1 / 362880, 1 / 40320, 1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1.0, 1.0]
"""Of the exponential function, the last power first."""


def looped(body: str, lanes: int) -> str:
    """A function ``f(const double *a, const double *b, double *out, int64_t vectors)``; the body makes %r of %x, %y."""
    return f"""
define void @f(ptr %a, ptr %b, ptr %out, i64 %vectors) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %pa = getelementptr V, ptr %a, i64 %i
  %pb = getelementptr V, ptr %b, i64 %i
  %po = getelementptr V, ptr %out, i64 %i
  %x = load V, ptr %pa, align 8
  %y = load V, ptr %pb, align 8
{body}
  store V %r, ptr %po, align 8
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %vectors
  br i1 %more, label %loop, label %end
end:
  ret void
}}
""".replace("V", vector(lanes))


def vector(lanes: int) -> str:
    return f"<{lanes} x double>"


def constant(number: float, lanes: int) -> str:
    bits = f"0x{np.float64(number).view(np.uint64):016X}"
    return "<" + ", ".join([f"double {bits}"] * lanes) + ">"


def polynomial(lanes: int) -> str:
    lines = [f"  %s0 = fadd V zeroinitializer, {constant(TERMS[0], lanes)}"]
    for index, term in enumerate(TERMS[1:], start=1):
        lines.append(f"  %p{index} = fmul V %s{index - 1}, %x")
        lines.append(f"  %s{index} = fadd V %p{index}, {constant(term, lanes)}")
    return "\n".join([*lines, f"  %r = fadd V %s{len(TERMS) - 1}, zeroinitializer"])


def called(code: bytes, x: np.ndarray, y: np.ndarray, lanes: int, name: str = "f") -> np.ndarray:
    """What a function of ``looped`` makes of two arrays."""
    program = Loaded(code)
    pointer = ctypes.c_void_p
    function = ctypes.CFUNCTYPE(None, pointer, pointer, pointer, ctypes.c_int64)(program.address(name))
    out = np.full_like(x, np.nan)
    function(x.ctypes.data, y.ctypes.data, out.ctypes.data, len(x) // lanes)
    return out


def numbers(seed: int, count: int = 8 * 4000) -> np.ndarray:
    """Of all sizes, with the awkward ones among them."""
    random = np.random.default_rng(seed)
    found = random.normal(size=count) * 10.0 ** random.integers(-30, 30, count)
    awkward = [0.0, -0.0, np.inf, -np.inf, 5e-324, -5e-324, 2.2e-308, 1.7e308, -1.7e308, 1.0, -1.0]
    found[random.integers(0, count, count // 10)] = random.choice(awkward, count // 10)
    return found


def same(found: np.ndarray, wanted: np.ndarray) -> bool:
    """To the bit; of what is no number there is one."""
    return bool(np.all((found.view(np.uint64) == wanted.view(np.uint64)) | (np.isnan(found) & np.isnan(wanted))))


@each_target
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_each_operation_is_numpys(target: Target, level: int) -> None:
    x, y = numbers(1), numbers(2)
    with np.errstate(all="ignore"):
        cases = {"fadd V %x, %y": x + y, "fsub V %x, %y": x - y, "fmul V %x, %y": x * y, "fdiv V %x, %y": x / y}
    for operation, wanted in cases.items():
        code = compiled(looped(f"  %r = {operation}", target.lanes), target, level=level)
        assert same(called(code, x, y, target.lanes), wanted), operation


@each_target
def test_sums_are_not_put_in_another_order(target: Target) -> None:
    """None of these lines is nothing, for a machine that rounds."""
    body = """
  %a1 = fadd V %x, %y
  %a2 = fsub V %a1, %y
  %a3 = fsub V %a2, %x
  %m = fmul V %a3, %y
  %d = fdiv V %m, %y
  %z = fadd V %d, zeroinitializer
  %c = fcmp oge V %z, zeroinitializer
  %n = fneg V %z
  %r = select <L x i1> %c, V %z, V %n""".replace("L", str(target.lanes))
    x, y = numbers(3), numbers(4)
    with np.errstate(all="ignore"):
        found = (x + y - y - x) * y / y + 0.0
        wanted = np.where(found >= 0, found, -found)
    assert same(called(compiled(looped(body, target.lanes), target), x, y, target.lanes), wanted)


@each_target
def test_a_polynomial_is_numpys_and_contraction_shows(target: Target) -> None:
    x = np.random.default_rng(5).uniform(-3, 3, 8 * 4000)
    wanted = np.full_like(x, TERMS[0])
    for term in TERMS[1:]:
        wanted = wanted * x + term
    text = looped(polynomial(target.lanes), target.lanes)
    assert same(called(compiled(text, target), x, x, target.lanes), wanted)
    joined = called(compiled(text, target, contraction=True), x, x, target.lanes)
    assert np.allclose(joined, wanted, rtol=1e-9)
    can = target.lanes > 1 and target.cpu.startswith("x86-64-")
    assert (not same(joined, wanted)) == (can or target.cpu == "generic")


@needs_llvmlite
def test_the_fastest_kind_comes_first_and_every_computer_has_one() -> None:
    assert best() == targets()[0]
    lanes = [target.lanes for target in targets()]
    assert lanes == sorted(lanes, reverse=True)
    assert lanes[-1] == 1
    assert len(set(targets())) == len(targets())


@needs_llvmlite
@pytest.mark.parametrize(
    ("lacks", "lanes"),
    [
        ((), [8, 4, 1]),
        (("avx512dq",), [4, 1]),
        (("avx512vl", "avx512bw"), [4, 1]),
        (("fma",), [1]),
        (("avx2", "avx512f"), [1]),
    ],
)
def test_kinds_are_those_of_which_the_processor_has_everything(
    monkeypatch: pytest.MonkeyPatch, lacks: tuple[str, ...], lanes: list[int]
) -> None:
    import llvmlite.binding as llvm

    all_of_it = dict.fromkeys(machine._AVX512, True)
    monkeypatch.setattr(llvm, "get_process_triple", lambda: "x86_64-pc-windows-msvc")
    monkeypatch.setattr(llvm, "get_host_cpu_features", lambda: all_of_it | dict.fromkeys(lacks, False))
    assert [target.lanes for target in targets()] == lanes


@needs_llvmlite
def test_elsewhere_there_is_one_kind_and_none_where_the_system_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    import llvmlite.binding as llvm

    def untold() -> dict[str, bool]:
        raise RuntimeError("failed to get host cpu features")

    monkeypatch.setattr(llvm, "get_process_triple", lambda: "x86_64-unknown-linux-gnu")
    monkeypatch.setattr(llvm, "get_host_cpu_features", untold)
    assert "too old" in machine.available()
    with pytest.raises(RuntimeError, match="too old"):
        targets()
    monkeypatch.setattr(llvm, "get_process_triple", lambda: "arm64-apple-darwin23.0.0")
    assert targets() == [Target("generic", "", 1)]


@needs_llvmlite
def test_a_text_that_is_none_is_an_error_in_llvms_words() -> None:
    with pytest.raises(RuntimeError, match="expected"):
        compiled("define nothing", best())
    with pytest.raises(RuntimeError, match=r"does not dominate|Instruction"):
        compiled("define i64 @f() {\n %a = add i64 %b, 1\n %b = add i64 1, 1\n ret i64 %a\n}", best())


@needs_llvmlite
@pytest.mark.parametrize("code", [b"", b"no code", b"\x7fELF"])
def test_what_is_no_code_is_not_loaded(code: bytes) -> None:
    with pytest.raises(ValueError, match="not object code"):
        Loaded(code)


@needs_llvmlite
def test_a_function_that_is_not_there_is_said_so() -> None:
    program = Loaded(compiled("define i64 @there() {\n ret i64 7\n}", best()))
    assert ctypes.CFUNCTYPE(ctypes.c_int64)(program.address("there"))() == 7
    with pytest.raises(KeyError, match="not_there"):
        program.address("not_there")


@needs_llvmlite
def test_programs_of_one_name_live_side_by_side_in_many_threads() -> None:
    def answer(number: int) -> tuple[int, int]:
        program = Loaded(compiled(f"define i64 @f() {{\n ret i64 {number}\n}}", best()))
        return number, ctypes.CFUNCTYPE(ctypes.c_int64)(program.address("f"))()

    with ThreadPoolExecutor(4) as pool:
        assert all(number == found for number, found in pool.map(answer, range(40)))


@needs_llvmlite
def test_the_same_text_gives_the_same_code() -> None:
    text = looped(polynomial(best().lanes), best().lanes)
    assert compiled(text, best()) == compiled(text, best())


@needs_llvmlite
def test_a_program_of_another_process_runs_here(tmp_path: Path) -> None:
    """Nothing in the code knows the process that compiled it."""
    code = tmp_path / "code"
    text = looped("  %t = fadd V %x, %y\n  %r = fmul V %t, " + constant(0.1, best().lanes), best().lanes)
    lines = "import sys; from pathlib import Path; from sim.engine.fused.machine import best, compiled; "
    lines += "Path(sys.argv[1]).write_bytes(compiled(sys.stdin.read(), best()))"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(SRC)!r}); {lines}", str(code)]
    subprocess.run(command, input=text, text=True, check=True)
    x, y = numbers(6), numbers(7)
    with np.errstate(all="ignore"):
        assert same(called(code.read_bytes(), x, y, best().lanes), (x + y) * 0.1)


def test_without_llvmlite_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    said = machine.available()
    assert said.startswith("llvmlite cannot be imported")
    assert said.endswith(".")
    assert "\n" not in said


@needs_llvmlite
def test_an_old_llvmlite_will_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llvmlite.__version__", "0.44.1rc1")
    assert machine.available() == "llvmlite 0.44.1rc1 is too old; 0.45 or newer is needed."


def test_nothing_of_llvm_is_imported_before_it_is_needed() -> None:
    question = f"import sys; sys.path.insert(0, {str(SRC)!r}); import sim, sim.engine.fused.machine; "
    question += "sys.exit('llvmlite' in sys.modules)"
    subprocess.run([sys.executable, "-c", question], check=True)
