"""Every mechanism switched off by numbers of the schema: which patterns go, and how the shares of endings move.

An ablation is a name, what it says, and numbers. The default and each of them meet the same luck, world by world, so a
difference is the work of the mechanism alone. Hindcasts are those of the patterns, scenarios the three conditions. A
mechanism is not judged by what it does to an ending: the table says what carries what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from sim.engine.blocks import simulate
from sim.engine.fingerprint import model_hash
from sim.engine.pasts import Pasts
from sim.engine.ways import Engine, check, lacking
from sim.evidence.patterns import PATTERNS
from sim.evidence.processes import mapped
from sim.evidence.validate import validate
from sim.model.outcomes import OUTCOMES, STAYS
from sim.results.stats import paired_shares
from sim.scenario.load import fingerprint, load
from sim.scenario.schema import Scenario

CONDITIONS = ("status_quo", "negotiated_exit", "forced_exit")
CENTRAL = {"uncertainty": "none"}
"""What is switched off, is switched off in the central values, with which the patterns are counted."""
DECIDED = "decided"
"""Any decided end: all outcomes but that the troops stay."""
MEASURES = ("forced_exit", "negotiated_exit", DECIDED)
"""The shares that are compared."""
WORLDS = 300
HINDCAST_WORLDS = 50
SEED = 1


@dataclass(frozen=True)
class Ablation:
    """A mechanism that is off: its name, what holds without it, and the numbers that switch it off."""

    name: str
    says: str
    overrides: Mapping[str, float] = field(default_factory=dict)


def _of_each(kind: str, name: str, value: float) -> dict[str, float]:
    """The same number of every group, bloc or front."""
    return {f'{kind}."{entry}".{name}': value for entry in getattr(Scenario(), kind)}


def _of_other_fronts(name: str, value: float) -> dict[str, float]:
    """The same number of every front that follows another."""
    return {f"fronts.{entry}.{name}": value for entry, front in Scenario().fronts.items() if front.follows}


ABLATIONS = (
    # the region
    Ablation("fronts: groups", "fronts move neither the groups nor Iran", {"region.motive": 0.0}),
    Ablation("fronts: politics", "fronts do not move politics in Baghdad", {"region.politics": 0.0}),
    Ablation("fronts", "fronts move nobody", {"region.motive": 0.0, "region.politics": 0.0}),
    Ablation("other fronts", "Gaza is the only front that counts", _of_other_fronts("weight", 0.0)),
    Ablation("coordination: none", "the other fronts go their own way", {"region.coordination": 0.0}),
    Ablation("coordination: full", "the other fronts follow Gaza in step", {"region.coordination": 1.0}),
    Ablation("confrontation", "the US-Iran confrontation moves nobody", {"region.confrontation": 0.0}),
    # Iran
    Ablation("opportunity", "Iran does not use a front that flares", {"iran.opportunity": 0.0}),
    Ablation(
        "allies in government", "Iran's allies in Baghdad have nothing to lose", {"iran.stake_in_government": 0.0}
    ),
    Ablation("restraint in talks", "talks do not lower Iran's order", {"iran.talks_restraint": 0.0}),
    Ablation("brake", "Iran never brakes for fear of US action", {"iran.brake_exposure": 100.0}),
    Ablation("warnings", "Washington's warnings do not expose Iran", {"iran.exposure_warning": 0.0}),
    Ablation(
        "press", "Iran does not press Baghdad after strikes", {"iran.press_strike": 0.0, "iran.press_killing": 0.0}
    ),
    Ablation("obedience", "no group obeys an order", _of_each("groups", "control", 0.0)),
    # the groups
    Ablation("regimes", "a calm is no calmer than a campaign", {"attacks.calm": 5.0}),
    Ablation("fresh reasons", "campaigns begin without reasons alone", {"militias.begin_reason": 0.0}),
    Ablation("flares", "a front that flares up is no reason to begin", {"militias.flare": 0.0}),
    Ablation(
        "blows as reasons",
        "a killing or strike is no reason to begin a campaign",
        {"militias.provoked_killing": 0.0, "militias.provoked_strike": 0.0},
    ),
    Ablation("ultimatums", "one that ran out is no reason to begin", {"militias.provoked_ran_out": 0.0}),
    Ablation("weariness", "a campaign spends nobody", {"militias.end_weary": 0.0, "militias.weary_days": 10000.0}),
    Ablation(
        "waiting", "nobody waits for what an agreement brings", {"militias.grace": 0.0, "militias.end_grace": 0.0}
    ),
    Ablation("umbrella", "every group begins and ends by its own luck", {"militias.umbrella": 0.0}),
    Ablation("arrests", "Baghdad arrests nobody", {"iraq.arrest_chance": 0.0}),
    Ablation("what was fought for", "a decided exit does not calm the groups", {"militias.wish_decided": 0.0}),
    Ablation("common enemy", "IS does not hold the groups back", {"militias.wish_isis": 0.0}),
    Ablation(
        "sparing Iraq", "allies in government do not move attacks to Syria", {"attacks.share_in_iraq_alone": 0.36}
    ),
    Ablation("fear", "strikes frighten nobody", {"strikes.fear": 0.0}),
    Ablation("anger", "strikes anger nobody", {"strikes.anger": 0.0}),
    Ablation("fear and anger", "strikes move no group", {"strikes.fear": 0.0, "strikes.anger": 0.0}),
    Ablation("met on the spot", "US forces meet no attack on the spot", {"attacks.met": 0.0}),
    Ablation(
        "calls",
        "no calls but after strikes",
        {"militias.call_chance": 0.0, "militias.call_chance_since_2020": 0.0, "militias.call_salience": 0.0},
    ),
    # Washington
    Ablation(
        "casualty threshold",
        "strikes follow attacks at one rate, whoever was hurt",
        {"united_states.constant_rate": 1.0 / 21.0},
    ),
    Ablation("escalation by strikes", "strikes that did not help raise no rung", {"united_states.rung_strikes": 0.0}),
    Ablation("escalation by place", "blood drawn in Iraq raises no rung", {"united_states.rung_place": 0.0}),
    Ablation("escalation by the dead", "US dead raise no rung", {"united_states.rung_dead": 0.0}),
    Ablation("spent step", "a commander killed puts off no other", {"united_states.rung_killings": 0.0}),
    Ablation("strikes in talks", "talks lower no rung", {"united_states.rung_talks": 0.0}),
    Ablation("leverage", "no price of an exit without agreement is expected", {"united_states.leverage": 0.0}),
    Ablation("warned price", "a warning of consequences raises no price", {"united_states.warned_price": 1.0}),
    Ablation("offers", "Washington never offers talks", {"united_states.offer_chance": 0.0}),
    Ablation(
        "standing steps",
        "Washington sees no step in talks or a committee",
        {"united_states.step_committee": 0.0, "united_states.step_talks": 0.0},
    ),
    Ablation("insight", "Washington takes what is said at home at its word", {"united_states.insight": 0.0}),
    Ablation("rivalry", "Iran's influence does not raise Washington's stake", {"united_states.stake_rivalry": 0.0}),
    # Baghdad
    Ablation("severity", "the dead of a strike do not count for pressure", {"iraq.jump_dead": 10000.0}),
    Ablation("grievance", "the dead are forgotten with the news", {"iraq.grievance_dead": 100000.0}),
    Ablation("committee", "a committee relieves nothing", {"iraq.relief_committee": 0.0}),
    Ablation(
        "committee's clock",
        "no product by its end costs nothing",
        {"iraq.no_product_pressure": 0.0, "iraq.no_product_credibility": 1.0},
    ),
    Ablation("nests", "a choice between nests is as sharp as one within", {"iraq.nest_precision": 1.0}),
    Ablation("anchors", "no rung is too far for the moment", {"iraq.overreach": 0.0}),
    Ablation("audience", "backing down costs nothing", {"iraq.audience": 0.0}),
    Ablation("retreat", "a letter can be taken back for nothing", {"iraq.retreat": 0.0}),
    Ablation("cry wolf", "repeated demands cost no credibility", {"iraq.credibility_loss": 1.0}),
    Ablation("need for security", "leaving costs no security", {"iraq.security_cost": 0.0}),
    Ablation("price in the choice", "the prime minister fears no price of leaving", {"iraq.economy_cost": 0.0}),
    Ablation("quiet after a decision", "a decided exit lowers no pressure", {"iraq.pressure_decided": 1.0}),
    Ablation(
        "price in parliament",
        "the blocs fear no price of leaving",
        {"parliament.price_weight": 0.0, "parliament.law_price_weight": 0.0},
    ),
    Ablation("quorum", "parliament may vote with any number present", {"parliament.quorum": 0.0}),
    Ablation("attempts", "nobody calls a session without a crisis", {"parliament.routine_chance": 0.0}),
    # the public
    Ablation("camps", "the camps do not move the blocs", {"public.bloc_weight": 0.0}),
    Ablation("pull of the camps", "a patron's influence does not follow its camp", {"public.camp_pull": 0.0}),
    Ablation("balancing", "nothing pulls the two patrons' influence together", {"public.balancing": 0.0}),
    # the table
    Ablation("no deal under fire", "attacks do not keep a deal away", {"talks.under_fire": 0.0}),
    Ablation("crises suspend talks", "no crisis suspends talks", {"talks.suspend": 0.0}),
    Ablation("step in talks", "Baghdad's step costs Washington nothing without a deal", {"talks.cost_step": 0.0}),
    Ablation("repetition", "a package agreed again is worth as much", {"talks.repeat": 1.0}),
    Ablation(
        "numbers of troops",
        "it does not matter how many there are",
        {"talks.few_relief": 0.0, "talks.few_cost": 0.0, "presence.help_by_numbers": 0.0},
    ),
    Ablation("time to prepare", "the first round comes at once", {"talks.prepare_days": 1.0}),
)
"""The mechanisms that can be switched off. One more is one more line."""


def made_of(worlds: int = WORLDS, hindcast_worlds: int = HINDCAST_WORLDS, seed: int = SEED) -> str:
    """What the table is a function of: the model, its hindcasts, the three scenarios, the list, and how many worlds."""
    scenarios = (*sorted({pattern.hindcast for pattern in PATTERNS.values()}), *CONDITIONS)
    said = [model_hash(), *(fingerprint(load(name, changes=CENTRAL)) for name in scenarios), *map(repr, ABLATIONS)]
    said += [f"{row.id} {part.band}" for row in PATTERNS.values() for part in row.parts]
    said += [str(worlds), str(hindcast_worlds), str(seed)]
    return sha256("\n".join(said).encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class _Lived:
    """What came of one set of numbers: the patterns that hold, and all rows of worlds."""

    patterns: list[dict[str, Any]]
    blocks: dict[str, dict[str, np.ndarray[Any, Any]]]

    @property
    def inside(self) -> set[str]:
        return {row["id"] for row in self.patterns if (row["counted"] or row["new"]) and row["inside"]}

    def came(self, name: str, measure: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """In which worlds of a scenario it came to that."""
        outcome = self.blocks[name]["outcome"].astype(str)
        return np.asarray(outcome != OUTCOMES[STAYS] if measure == DECIDED else outcome == measure, bool)


def ablate(
    ablations: Sequence[Ablation] = ABLATIONS,
    *,
    worlds: int = WORLDS,
    hindcast_worlds: int = HINDCAST_WORLDS,
    seed: int = SEED,
    engine: Engine = "auto",
    progress: Callable[[int, int], None] | None = None,
    workers: int = 1,
    days: int | None = None,
) -> dict[str, Any]:
    """The table of all ablations, as docs/ablations.json holds it. ``days`` cuts the scenarios short, for tests.

    For each: the patterns lost and gained, counted and new, and for each of the three conditions the share of worlds
    that end by force, by agreement, or in any decided end, with the paired difference to the default and its 95 %
    interval.
    NoEngine, a ValueError, where ``fused`` is asked for and cannot be had.
    """

    check(engine, events=False, choices=False)
    if engine == "auto" and not lacking():  # one program serves all ablations, so it repays its making
        engine = "fused"
    jobs = [_Job(one.overrides, worlds, hindcast_worlds, seed, engine, days) for one in (Ablation("", ""), *ablations)]
    found: list[_Lived] = []
    with mapped(workers) as each:
        for one in each(_lived, jobs):
            found.append(one)
            if progress is not None:
                progress(len(found), len(jobs))
    default, *without = found
    rows = [{**asdict(one), **_compared(lived, default)} for one, lived in zip(ablations, without, strict=True)]
    return {
        "made_of": made_of(worlds, hindcast_worlds, seed),
        "model": model_hash(),
        "seed": seed,
        "worlds": worlds,
        "hindcast_worlds": hindcast_worlds,
        "default": {"inside": sorted(default.inside), "shares": _compared(default, default)["shares"]},
        "ablations": rows,
    }


class _Job(NamedTuple):
    """What is lived with one set of numbers."""

    overrides: Mapping[str, float]
    worlds: int
    hindcast_worlds: int
    seed: int
    engine: Engine
    days: int | None


def _lived(job: _Job) -> _Lived:
    """The patterns and the three scenarios with these numbers; the scenarios' common past is lived once."""
    patterns = validate(worlds=job.hindcast_worlds, seed=job.seed, engine=job.engine, changes=job.overrides)
    changes = {**CENTRAL, **job.overrides, **({} if job.days is None else {"days": job.days})}
    pasts, blocks = Pasts(), {}
    for name in CONDITIONS:
        scenario = load(name, changes=changes)
        blocks[name] = simulate(
            scenario, seed=job.seed, worlds=range(job.worlds), pasts=pasts, engine=job.engine
        ).worlds
    return _Lived(patterns, blocks)


def _compared(one: _Lived, default: _Lived) -> dict[str, Any]:
    """What is lost, gained and moved; ``worlds_moved`` is the share of worlds in which anything at all is different."""
    shares: dict[str, dict[str, dict[str, float]]] = {}
    for name in CONDITIONS:
        shares[name] = {}
        for measure in MEASURES:
            ours, theirs = one.came(name, measure), default.came(name, measure)
            gap, low, high = paired_shares(ours, theirs)
            told = {"share": float(ours.mean()), "difference": gap, "low": low, "high": high}
            shares[name][measure] = {key: round(float(value), 6) for key, value in told.items()}
    moved = {name: _moved(one.blocks[name], default.blocks[name]) for name in CONDITIONS}
    return {
        "lost": sorted(default.inside - one.inside),
        "gained": sorted(one.inside - default.inside),
        "shares": shares,
        "worlds_moved": {name: round(share, 6) for name, share in moved.items()},
        "changes_nothing": not any(moved.values()) and one.patterns == default.patterns,
    }


def _moved(one: Mapping[str, np.ndarray[Any, Any]], other: Mapping[str, np.ndarray[Any, Any]]) -> float:
    """The share of worlds in which any column differs."""
    differs = np.zeros(len(one["world"]), bool)
    for name, column in one.items():
        theirs = other[name]
        same = column == theirs
        if column.dtype.kind == "f":
            same |= np.isnan(column) & np.isnan(theirs)
        differs |= ~same
    return float(differs.mean())
