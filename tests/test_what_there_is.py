"""What `import sim` offers: the names that there are, no others, and a hint where one is not there."""

from __future__ import annotations

import pydoc
import rlcompleter
import subprocess
import sys
from pathlib import Path

import pytest

import sim

PUBLIC = {
    "Result", "Scenario", "ScenarioError", "Sweep", "WhatIf", "WithdrawalModel", "__version__", "choice", "load",
    "open", "run", "sweep", "whatif",
}  # fmt: skip


def in_a_fresh_process(code: str) -> str:
    """What a program prints that has imported nothing yet."""
    source = str(Path(sim.__file__).parents[1])
    command = [sys.executable, "-X", "utf8", "-c", f"import sys; sys.path.insert(0, {source!r})\n{code}"]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout


def test_dir_shows_what_there_is() -> None:
    shown = dir(sim)
    assert {name for name in shown if not name.startswith("__") or name == "__version__"} == PUBLIC == set(sim.__all__)
    assert all(hasattr(sim, name) for name in shown)


def test_dir_is_the_same_before_and_after_and_fetches_nothing() -> None:
    code = (
        "import sim; before = dir(sim)\n"
        "assert not {'numpy', 'mesa', 'pydantic'} & set(sys.modules), 'dir is slow'\n"
        "for name in sim.__all__: getattr(sim, name)\n"
        "import sim.engine.mesa\n"
        "print(dir(sim) == before)"
    )
    assert in_a_fresh_process(code) == "True\n"


def test_tab_completes_every_name() -> None:
    found = rlcompleter.Completer({"sim": sim}).attr_matches("sim.")
    assert {name.removeprefix("sim.").rstrip("()") for name in found} >= {one for one in PUBLIC if one[0] != "_"}
    assert not [name for name in found if name.startswith(("sim._p", "sim.Door", "sim.Any", "sim.import"))]


def test_a_star_imports_all_of_them() -> None:
    said = in_a_fresh_process(
        "from sim import *\nprint(load('status_quo').name, WithdrawalModel.__name__, run.__name__)"
    )
    assert said == "status_quo WithdrawalModel run\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lod", "; did you mean 'load'?"),
        ("scenario_error", "; did you mean 'ScenarioError'?"),
        ("withdrawalmodel", "; did you mean 'WithdrawalModel'?"),
        ("docs", "; it is a part of the package: import sim.docs"),
        (
            "nonsense",
            "; there is Result, Scenario, ScenarioError, Sweep, WhatIf, WithdrawalModel, choice, load, open, run, "
            "sweep, whatif",
        ),
        ("__wrapped__", ""),
        ("_repr_html_", ""),
    ],
)
def test_a_name_that_is_not_there(name: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sim, name, raising=False)  # a part that another test has imported
    with pytest.raises(AttributeError) as caught:
        getattr(sim, name)
    assert str(caught.value) == f"module 'sim' has no attribute '{name}'{said}"
    assert not hasattr(sim, name)


def test_help_names_everything_first_and_is_made_without_a_fault() -> None:
    text = pydoc.plain(pydoc.render_doc(sim))
    head = text.partition("PACKAGE CONTENTS")[0]
    for name in PUBLIC - {"__version__"}:
        assert f"``{name}" in head, name
    found = text.partition("\nFUNCTIONS\n")[2]
    assert all(f"\n    class {name}(" in text for name in ("Result", "Scenario", "ScenarioError", "WithdrawalModel"))
    assert all(f"    {name}(" in found for name in ("choice", "load", "run"))
    assert "    open = open_folder(" in found
    assert "__getattr__" not in found
