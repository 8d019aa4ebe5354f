"""Python: what is taken where a number, a name, a path or a folder is taken, and what is refused with a ValueError."""

# ruff: noqa: E501  (what is typed in Python is kept on its line)

from __future__ import annotations

from collections.abc import Iterator

from .catalogue import Attack, Code, Trial

HEAD = "import numpy as np, pandas as pd, copy, pickle, decimal, fractions, datetime\nsmall = sim.load('forced_exit').replace(days=5)\n"

TAKEN = {
    "a seed of NumPy": "assert sim.run(small, worlds=3, seed=np.int64(3)).worlds.equals(sim.run(small, worlds=3, seed=3).worlds)",
    "an unsigned seed of NumPy": "sim.run(small, worlds=3, seed=np.uint8(3))",
    "worlds of NumPy": "assert len(sim.run(small, worlds=np.int32(3)).worlds) == 3",
    "workers of NumPy": "sim.run(small, worlds=3, workers=np.int64(1))",
    "a manifest of NumPy's numbers is JSON": "sim.run(small, worlds=np.int64(3), seed=np.int64(3), out=out, figures=False); assert sim.open(out).manifest['seed'] == 3",
    "a world of NumPy": "assert sim.WithdrawalModel('forced_exit', world=np.int64(2), seed=np.int64(1)).day == sim.WithdrawalModel('forced_exit', world=2, seed=1).day",
    "a seed of None, as Mesa has it": "sim.WithdrawalModel('forced_exit', seed=None)",
    "a path as a scenario": "Path('x.toml').write_text('days = 5'); assert sim.load(Path('x.toml')).days == 5; sim.run(Path('x.toml'), worlds=3)",
    "a path of PathLike": "import os\nclass P(os.PathLike):\n    def __fspath__(self): return out\nsim.run(small, worlds=3, out=P(), figures=False); assert len(sim.open(P()).worlds) == 3",
    "a Scenario by its path in the model": "Path('x.toml').write_text('days = 5'); sim.WithdrawalModel(Path('x.toml'))",
    "batch_run over np.arange": "import mesa\nrows = mesa.batch_run(sim.WithdrawalModel, {'scenario': ['forced_exit'], 'world': np.arange(2), 'seed': [1]}, max_steps=2, display_progress=False, number_processes=1)\nassert rows",
    "batch_run with seeds of NumPy": "import mesa\nmesa.batch_run(sim.WithdrawalModel, {'scenario': ['forced_exit'], 'world': [0], 'seed': np.arange(1, 3)}, max_steps=2, display_progress=False, number_processes=1)",
    "a tuple of scenarios": "sim.run(('forced_exit', 'status_quo'), worlds=3)",
    "pickle of a model": "m = sim.WithdrawalModel('forced_exit', world=2)\nn = pickle.loads(pickle.dumps(m))\nm.step(); n.step()\nassert m.day == n.day and m.value('pressure') == n.value('pressure')",
    "deepcopy of a model": "m = sim.WithdrawalModel('forced_exit', world=2, events=True)\nn = copy.deepcopy(m)\nfor _ in range(3): m.step()\nfor _ in range(3): n.step()\nassert m.value('pressure') == n.value('pressure')",
    "a copy of a model lives alone": "m = sim.WithdrawalModel('forced_exit', world=2)\nn = copy.deepcopy(m)\nday = n.day\nm.step()\nassert n.day == day",
    "pickle of a result in memory": "r = sim.run(small, worlds=3)\ns = pickle.loads(pickle.dumps(r))\nassert s.worlds.equals(r.worlds) and s.shares().equals(r.shares())",
    "deepcopy of a result in memory": "r = sim.run(small, worlds=3)\ns = copy.deepcopy(r)\nassert s.worlds.equals(r.worlds)\ns.worlds.iloc[0, 1] = 9\nassert r.worlds.iloc[0, 1] == 0",
    "pickle of a result in a folder": "r = sim.run(small, worlds=3, out=out, figures=False)\ns = pickle.loads(pickle.dumps(r))\nassert s.worlds.equals(r.worlds)",
    "deepcopy of a part of a result": "r = sim.run(['forced_exit', 'status_quo'], worlds=3)\ns = copy.deepcopy(r.only(['status_quo']))\nassert len(s.worlds) == 3",
    "a copied result is saved": "r = copy.deepcopy(sim.run(small, worlds=3))\nr.save(out, figures=False)\nassert len(sim.open(out).worlds) == 3",
    "pickle of a scenario": "s = sim.load('forced_exit')\nassert pickle.loads(pickle.dumps(s)) == s",
    "what there is": "assert {'run', 'open', 'load', 'Scenario', 'WithdrawalModel', 'Result', 'choice', 'ScenarioError'} <= set(dir(sim))",
    "a name that is not there": "try:\n    sim.nosuch\nexcept AttributeError as fault:\n    assert 'nosuch' in str(fault)\nelse:\n    raise SystemExit('there is')",
    "overrides of one number": "sim.WithdrawalModel('forced_exit', worlds=[0, 1], overrides={'united_states.restraint': np.array([0.2, 0.4])})",
    "a bytes-like home": "import os\nsim.run(small, worlds=3, out=os.fsencode(out).decode(), figures=False)",
}
NUMBERS = {
    "a text": "'2'",
    "a fraction": "1.5",
    "a whole fraction": "2.0",
    "a truth": "True",
    "less than nothing": "-1",
    "2^80": "2**80",
    "2^63": "2**63",
    "not a number": "float('nan')",
    "infinity": "float('inf')",
    "a list": "[2]",
    "a decimal": "decimal.Decimal(2)",
    "a complex number": "2j",
    "a fraction of NumPy": "np.float64(2.0)",
    "not a number of NumPy": "np.float32('nan')",
    "a truth of NumPy": "np.bool_(True)",
    "an array": "np.array([1, 2])",
    "a date": "datetime.date(2024, 1, 1)",
    "bytes": "b'2'",
    "an object": "object()",
    "a function": "len",
    "no time": "np.datetime64('NaT')",
    "pandas' nothing": "pd.NA",
}
CALLS = {
    "worlds": "sim.run(small, worlds={})",
    "seed": "sim.run(small, worlds=3, seed={})",
    "workers": "sim.run(small, worlds=3, workers={})",
    "the world of a model": "sim.WithdrawalModel('forced_exit', world={})",
    "the seed of a model": "sim.WithdrawalModel('forced_exit', seed={})",
    "the worlds of a model": "sim.WithdrawalModel('forced_exit', worlds={})",
}
FINE = {("the worlds of a model", "an array"), ("the worlds of a model", "a list")}
"""What is a good value after all."""
NAMES = {
    "a number": "3",
    "None": "None",
    "nothing": "''",
    "a list of numbers": "[3]",
    "an empty list": "[]",
    "bytes": "b'status_quo'",
    "a NUL": "'a\\0b'",
    "a dict": "{}",
    "a name twice": "['forced_exit', 'forced_exit']",
    "an unknown name": "'nosuch'",
    "half a character": "'\\ud800'",
    "a text of 1 MB": "'x' * 1_000_000",
    "a model": "sim.WithdrawalModel",
    "lists in lists": "[['forced_exit']]",
}
OF_NAMES = {"sim.run": "sim.run({}, worlds=3)", "sim.load": "sim.load({})", "the model": "sim.WithdrawalModel({})"}
PLACES = {
    "a number": "3",
    "bytes": "b'x'",
    "nothing": "''",
    "a NUL": "'a\\0b'",
    "a list": "['x']",
    "an object": "object()",
    "300 letters": "'x' * 300",
    "half a character": "'\\ud800'",
    "a file": "__import__('io').StringIO()",
    "a truth": "True",
    "a device": "'/dev/null'",
    "what is not there": "'/proc/x/y'",
}
OF_PLACES = {
    "sim.run(out=)": "sim.run(small, worlds=3, out={}, figures=False)",
    "sim.open": "sim.open({})",
    "save": "sim.run(small, worlds=3).save({}, figures=False)",
}
OVERRIDES = {
    "an unknown name": "{'nosuch': np.array([1.0])}",
    "a name of no number": "{'title': np.array([1.0])}",
    "an idle name": "{'groups.Nobody.share': np.array([1.0])}",
    "not a number": "{'united_states.restraint': np.array([np.nan])}",
    "infinity": "{'united_states.restraint': np.array([np.inf])}",
    "beyond its limits": "{'united_states.restraint': np.array([99.0])}",
    "below its limits": "{'united_states.restraint': np.array([-1.0])}",
    "too many": "{'united_states.restraint': np.array([0.5, 0.5, 0.5])}",
    "a text": "{'united_states.restraint': 'x'}",
    "a table": "{'united_states.restraint': np.zeros((1, 1))}",
    "a list instead of names": "['united_states.restraint']",
    "a name that is a number": "{3: np.array([0.5])}",
}


def refused(name: str, call: str, *, may_pass: bool = False, quick: bool = False) -> Attack:
    """A call is refused with a ValueError (or what Python has for files) that says why in a line or two."""
    text = HEAD + REFUSED.replace("CALL", call).replace("MAY_PASS", str(may_pass))
    return Attack("python", name, Trial([], [Code(text)], mine=("work/out", "work/r", "work/x")), quick)


REFUSED = """
try:
    CALL
except (ValueError, FileNotFoundError, NotADirectoryError) as fault:
    text = str(fault)
    assert text and text.count('\\n') < 9 and len(text) < 4000, text[:4000]
    assert type(fault) is not UnicodeEncodeError, fault
except Exception as fault:
    raise SystemExit(f'{type(fault).__name__}: {str(fault)[:300]}')
else:
    if not MAY_PASS:
        raise SystemExit('it is taken')
"""


def of_types() -> Iterator[Attack]:
    """Every value everywhere."""
    for what, call in TAKEN.items():
        yield Attack(
            "python",
            what,
            Trial([], [Code(HEAD + call)], mine=("work/out", "work/r", "work/x.toml")),
            quick=what in ("a seed of NumPy", "pickle of a model", "what there is"),
        )
    for where, call in CALLS.items():
        for what, value in NUMBERS.items():
            if (where, what) in FINE:
                continue
            yield refused(
                f"{what} as {where}",
                call.format(value),
                quick=(where, what) in {("workers", "a text"), ("seed", "2^80")},
            )
    for where, call in OF_NAMES.items():
        for what, value in NAMES.items():
            if (where, what) != ("sim.run", "None"):
                yield refused(f"{what} as a scenario of {where}", call.format(value), may_pass=what == "bytes")
    for where, call in OF_PLACES.items():
        for what, value in PLACES.items():
            yield refused(f"{what} as the folder of {where}", call.format(value), may_pass=what == "bytes")
    for what, value in OVERRIDES.items():
        yield refused(f"overrides with {what}", f"sim.WithdrawalModel('forced_exit', worlds=[0], overrides={value})")
        yield refused(
            f"one world's overrides with {what}",
            f"sim.WithdrawalModel('forced_exit', world=0, overrides={value.replace('np.array([', '([').replace('])', '])')})",
        )
    for what, change in {
        "an unknown name": "nosuch=1",
        "a wrong type": "days='x'",
        "not a number": "**{'united_states.restraint': float('nan')}",
        "beyond its limits": "**{'united_states.restraint': 99.0}",
        "a date that is none": "start='2024-02-30'",
        "less than nothing": "days=-1",
    }.items():
        yield refused(f"replace with {what}", f"sim.load('forced_exit').replace({change})")
    for what, value in {
        "a number": "3",
        "a text": "'all'",
        "another word": "'some'",
        "None": "None",
        "a list": "['all']",
    }.items():
        if value != "'all'":
            yield refused(f"{what} as events", f"sim.run(small, worlds=3, events={value})")
    for what, value in {
        "a text": "'x'",
        "less than nothing": "-1",
        "not a number": "float('nan')",
        "a list": "[1]",
    }.items():
        yield refused(
            f"{what} as stop_after",
            f"sim.run(small, worlds=3, stop_after={value}, out=out, figures=False)",
            may_pass=False,
        )
    for what, value in {
        "an unknown actor": "{'nobody': len}",
        "no function": "{'iraq': 3}",
        "a list": "['iraq']",
    }.items():
        yield refused(f"{what} as choices", f"sim.run(small, worlds=1, choices={value})")


ATTACKS = [*of_types()]
