"""Talks between Baghdad and Washington: how they open, the packages on the table, and agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.part import Part
from sim.model.rules import promises
from sim.model.words import Number, anywhere, exp, least, most, no, only, power, root, truth, where

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

PACKAGES = ("relabel", "reduce", "phased end", "full end")
MEANINGS = (
    "the mission is renamed, the numbers stay",
    "fewer troops, no end date",
    "a signed end more than 12 months away",
    "a signed end within 12 months",
)
RELABEL, REDUCE, PHASED, FULL = range(4)
DRAWS = {
    "talks/routine": "whether talks open as routine this month",
    "talks/agree": "whether a round ends in agreement",
    "talks/suspend": "whether a crisis suspends talks",
}


@promises(bounded=(0.0, 1.0), rises_with=("worth",), falls_with=("stake",))
def us_worth(worth: Number, stake: Number) -> Number:
    """What a package is worth to Washington (staying as now 1), the less its stake the nearer to 1."""
    return 1.0 - stake * (1.0 - worth)


@promises(
    falls_with=("letter", "pressure", "attacks", "step"),
    attacks=(0, 30),
    by_letter=(0, 5),
    by_pressure=(0, 1),
    by_attacks=(0, 0.4),
    by_step=(0, 1),
)
def us_without(
    letter: Number,
    pressure: Number,
    attacks: Number,
    step: Number,
    by_letter: Number,
    by_pressure: Number,
    by_attacks: Number,
    by_step: Number,
) -> Number:
    """What it expects without agreement under an invitation: staying, at risk of expulsion, under fire and pushed."""
    risk = least(by_letter * letter + by_pressure * most(pressure - 0.4, 0.0), 1.0)
    return 1.0 - risk - by_attacks * least(attacks, 10.0) / 10.0 - by_step * step


@promises(bounded=(-1.0, 1.0), distance=(0, 2))
def iraq_worth(out: Number, wish: Number, pressure: Number, distance: Number) -> Number:
    """What a package is worth to Baghdad: its two faces, weighted by pressure."""
    return (1.0 - pressure) * (1.0 - distance * abs(out - wish)) + pressure * out


@promises(rises_with=("relief",), distance=(0, 2))
def iraq_without(wish: Number, pressure: Number, relief: Number, distance: Number) -> Number:
    """What it expects without agreement under an invitation: they stay, and talks go on giving their relief."""
    return (1.0 - pressure) * (1.0 - distance * wish) + pressure * relief


@promises(
    bounded=(0.0, 1.0),
    rises_with=("product", "hurry"),
    falls_with=("attacks",),
    hurry=(1, 3),
    attacks=(0, 30),
    agree=(0, 3),
    under_fire=(0, 1),
)
def agreement_chance(product: Number, hurry: Number, attacks: Number, agree: Number, under_fire: Number) -> Number:
    """The chance that a round ends in agreement: the gains, a deadline's hurry, and no deal under fire."""
    return least(agree * root(product) * hurry, 1.0) * exp(-under_fire * attacks)


@promises(
    bounded=(1.0, 10.0),
    falls_with=("clock",),
    rises_with=("most_hurry",),
    clock=(1, 600),
    days=(30, 120),
    most_hurry=(1, 10),
)
def deadline(clock: Number, days: Number, most_hurry: Number) -> Number:
    """The hurry of a deadline: from 1 at ``days`` before a committee's clock ends up to ``most_hurry`` at its end."""
    return 1.0 + (most_hurry - 1.0) * most(1.0 - clock / days, 0.0)


class Talks(Part):
    """``on`` while they stand (suspended or not), ``days`` since they opened or last had a product."""

    def __init__(self, model: WithdrawalModel) -> None:
        super().__init__(model)
        self.on: Number = False
        self.days: Number = 0.0
        self.next_round: Number = 0.0  # days until it
        self.suspended: Number = 0.0  # days left
        self.rest: Number = 0.0  # days for which no talks can open, after `relabel` or `reduce`
        self.relabels: Number = 0
        self.signed_before: Number = 0  # uses of `relabel` before the start
        self.opened: Number = -1
        self.broke: Number = -1

    @property
    def possible(self) -> Number:
        """Whether talks could open now."""
        return no(self.on) & (self.rest == 0.0) & (self.suspended == 0.0) & self.model.presence.open

    def start(self, opens: Number, why: str, cause: Number) -> None:
        """Talks open where they are possible."""
        model = self.model
        opens = opens & self.possible
        self.on = self.on | opens
        self.days = where(opens, 0.0, self.days)
        self.next_round = where(opens, model.p.talks.round_days, self.next_round)
        model.public.gain_us(opens, model.p.public.talks_gain)
        if model.log is not None:
            self.opened = model.log.add(opens, self.opened, "talks", "open", why, "talks.start", causes=(cause,))

    def day(self) -> None:
        """Suspension in a crisis, routine openings, and the rounds that are due."""
        model, p = self.model, self.model.p.talks
        self.days = self.days + 1.0
        self.next_round = most(self.next_round - 1.0, 0.0)
        self.suspended = most(self.suspended - 1.0, 0.0)
        self.rest = most(self.rest - 1.0, 0.0)
        if not model.free:
            return
        hit = self.on & model.today.crisis & (self.suspended == 0.0)
        if anywhere(hit):
            hit = hit & (model.draw("talks/suspend") < p.suspend)
            self.suspended = where(hit, p.suspend_days, self.suspended)
            if model.log is not None:
                self.broke = model.log.add(
                    hit, self.broke, "talks", "suspended", "by a crisis", "talks.day", causes=model.today.causes
                )
        lapses = self.on & (self.days >= p.patience_days)
        self.on = self.on & no(lapses) & model.presence.open
        if model.log is not None:
            self.broke = model.log.add(
                lapses, self.broke, "talks", "lapse", "no product", "talks.day", causes=(self.opened,)
            )
        if model.monthly:
            routine = model.draw("talks/routine") < p.routine_chance * model.p.united_states.willing_to_talk
            self.start(routine & self.possible, "routine", -1)
        due = self.on & (self.suspended == 0.0) & (self.next_round == 0.0)
        if anywhere(due):
            self._round(due)

    def _round(self, due: Number) -> None:
        model, p = self.model, self.model.p.talks
        self.next_round = where(due, p.round_days, self.next_round)
        model.tally.add("talks_rounds", truth(due))
        iraq, us = model.iraq, model.united_states
        uses = self.relabels + model.earlier_relabels()
        outs = (p.exit_relabel * power(0.5, uses), p.exit_reduce, p.exit_phased, 1.0)
        worths = (p.us_relabel, p.us_reduce, p.us_phased, p.us_full)
        stake, wish, pressure = model.p.united_states.us_stake, iraq.wish, iraq.pressure
        attacks = 7.0 * model.attacks.rate
        # without agreement: staying under an invitation, leaving under a dated agreement
        ends = model.presence.agreement_ends_left
        stays_us = us_without(
            iraq.chance_of_letter,
            pressure,
            attacks,
            us.step,
            p.risk_letter,
            p.risk_pressure,
            p.cost_attacks,
            p.cost_step,
        )
        stays_iraq = iraq_without(wish, pressure, iraq.talks_relief, p.distance)
        without_us = where(ends >= 0.0, us_worth(p.us_full, stake), stays_us)
        without_iraq = where(ends >= 0.0, iraq_worth(1.0, wish, pressure, p.distance), stays_iraq)
        best: Number = 0.0
        package: Number = -1
        gains: list[tuple[Number, Number]] = []
        for index in range(len(PACKAGES)):
            us_gains = most(us_worth(worths[index], stake) - without_us, 0.0)
            iraq_gains = most(iraq_worth(outs[index], wish, pressure, p.distance) - without_iraq, 0.0)
            product = us_gains * iraq_gains
            package = where(product > best, index, package)
            best = most(product, best)
            gains.append((us_gains, iraq_gains))
        hurry = where(iraq.clock > 0.0, deadline(iraq.clock, p.deadline_days, p.deadline), 1.0)
        chance = only(due, agreement_chance, 0.0, best, hurry, attacks, p.agree, p.under_fire)
        agreed = due & (package >= 0) & model.presence.open & (model.draw("talks/agree") < chance)
        if model.log is not None:
            names = ("nothing", *PACKAGES)
            self.opened = model.log.add(
                agreed,
                self.opened,
                "talks",
                "agreement",
                (names, package + 1),
                "talks.agreement_chance",
                causes=(self.opened, iraq.acted),
                terms={
                    "chance": chance,
                    "product of gains": best,
                    "hurry": hurry,
                    "attacks a week": attacks,
                    "pressure": pressure,
                    "without agreement, US": without_us,
                    "without agreement, Iraq": without_iraq,
                },
            )
            model.log.add(
                due & no(agreed),
                -1,
                "talks",
                "round",
                (names, package + 1),
                "talks.agreement_chance",
                causes=(self.opened,),
                terms={"chance": chance, "hurry": hurry, "attacks a week": attacks},
            )
        if anywhere(agreed):
            self._sign(agreed, package)

    def _sign(self, agreed: Number, package: Number) -> None:
        model, p = self.model, self.model.p.talks
        model.public.gain_us(agreed, model.p.public.package_gain)
        model.iraq.product(agreed)
        self.on = self.on & no(agreed)
        small = agreed & (package <= REDUCE)
        self.rest = where(small, p.rest_days, self.rest)
        self.relabels = self.relabels + truth(agreed & (package == RELABEL))
        model.presence.change(agreed & (package == RELABEL), agreed & (package == REDUCE))
        model.presence.sign(agreed & (package == PHASED), "phased", self.opened)
        model.presence.sign(agreed & (package == FULL), "full", self.opened)
