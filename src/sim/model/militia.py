"""The militias: what each group wishes, what it does of that under Iran's order, and how often it attacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.model.draws import uniform
from sim.model.ladder import Ladder, Rung
from sim.model.part import Actor
from sim.model.rules import promises
from sim.model.settings import Settings
from sim.model.words import (
    Number,
    anywhere,
    clip,
    decay,
    exp,
    fade,
    geometric,
    least,
    log,
    logistic,
    long_tail,
    most,
    no,
    only,
    poisson,
    power_law,
    truth,
    where,
    which,
)
from sim.scenario.schema import AttackEvent, CallEvent, SelfDefenceEvent

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

POSTURE = Ladder(
    "a militia's posture",
    Rung("truce", "holds its fire"),
    Rung("harass", "an attack now and then"),
    Rung("campaign", "attacks in series"),
    Rung("war footing", "everything it has"),
)
CALLS = Ladder(
    "the groups' politicians",
    Rung("none", "no call of note"),
    Rung("call for expulsion", "they ask for the US to leave"),
    Rung("bill in parliament", "they bring a bill"),
)
DRAWS = {
    "militia/{group}/obeys": "whether it obeys a new order; kept while the order stands",
    "militia/{group}/attacks": "how many attacks today",
    "militia/{group}/place": "where an attack takes place (index: which attack of the day)",
    "militia/{group}/hurt": "whether an attack wounds somebody",
    "militia/{group}/wounded": "how many",
    "militia/{group}/fatal": "whether an attack kills somebody",
    "militia/{group}/dead": "how many",
    "militia/{group}/met": "whether an attack in Iraq is met on the spot",
    "militia/{group}/met dead": "how many of the attackers die then",
    "militias/call": "whether the groups' politicians call for expulsion this week",
    "militias/scripted": "which group a scripted attack or strike without a name falls to (index: which event)",
}


@promises(
    bounded=(0.0, 1.0),
    rises_with=("salience", "anger", "outbid"),
    falls_with=("fear", "isis"),
    outbid=(-1, 1),
    base=(-5, 5),
    by_salience=(0, 10),
    by_stake=(0, 5),
    by_anger=(0, 5),
    by_fear=(0, 5),
    by_outbid=(0, 3),
    by_isis=(0, 5),
)
def wish(
    salience: Number,
    closeness: Number,
    stake: Number,
    anger: Number,
    fear: Number,
    outbid: Number,
    isis: Number,
    base: Number,
    by_salience: Number,
    by_stake: Number,
    by_anger: Number,
    by_fear: Number,
    by_outbid: Number,
    by_isis: Number,
) -> Number:
    """How much a group wants to fight, whatever Iran says.

    Gaza moves the close and unattached; a stake in the state and fear hold back; the dead anger; rivals
    who do more goad; a common enemy, IS, unites. [article: motives; weights are judgement]
    """
    return logistic(
        base
        + by_salience * salience * closeness * (1.0 - stake)
        - by_stake * stake
        + by_anger * anger
        - by_fear * fear
        + by_outbid * outbid
        - by_isis * isis
    )


@promises(bounded=(0.0, 1.0), rises_with=("order",), obeys=(0, 1))
def intent(wish: Number, order: Number, obeys: Number, closeness: Number, stake: Number) -> Number:
    """What a group sets out to do: its wish, held down by an order it obeys, or pushed by one it shares.

    Iran's push moves only the close and the unattached (Abbott, Genschel, Snidal & Zangl 2020).
    """
    pushed = wish + closeness * (1.0 - stake) * (order - wish)
    return where(no(obeys), wish, where(order < wish, order, pushed))


@promises(
    bounded=(0, 3),
    rises_with=("intent",),
    before=(0, 3),
    hysteresis=(0, 0.05),
    harass=(0.15, 0.25),
    campaign=(0.3, 0.45),
    war=(0.7, 0.95),
)
def posture(
    before: Number, intent: Number, harass: Number, campaign: Number, war: Number, hysteresis: Number
) -> Number:
    """The named rung of an intent; a step down takes a little more than a step up."""
    up = truth(intent >= harass) + truth(intent >= campaign) + truth(intent >= war)
    down = (
        truth(intent >= harass - hysteresis)
        + truth(intent >= campaign - hysteresis)
        + truth(intent >= war - hysteresis)
    )
    return where(up >= before, up, least(before, down))


def curve_of(points: tuple[tuple[float, float], ...]) -> tuple[float, tuple[tuple[float, float, float], ...]]:
    """A curve of (intent, rate) as its first height (a logarithm) and pieces: from, length, slope."""
    heights = [log(rate) for _, rate in points]
    pieces = tuple(
        (a[0], b[0] - a[0], (high - low) / (b[0] - a[0]))
        for a, b, low, high in zip(points, points[1:], heights, heights[1:], strict=False)
    )
    return heights[0], pieces


def relative_rate(intent: Number, curve: tuple[float, tuple[tuple[float, float, float], ...]]) -> Number:
    """How fast a group attacks at an intent (1: its part in a campaign): log-linear pieces, flat beyond."""
    height, pieces = curve
    total: Number = height
    for start, length, slope in pieces:
        total = total + slope * clip(intent - start, 0.0, length)
    return exp(total)


@promises(
    rises_with=("weekly", "share", "relative", "excited"),
    falls_with=("fear",),
    weekly=(0, 20),
    relative=(0, 5),
    excited=(0, 10),
    excitation=(0, 0.6),
)
def attack_rate(
    weekly: Number, share: Number, relative: Number, fear: Number, excitation: Number, excited: Number
) -> Number:
    """Attacks a day: the group's part, held down by fear, and what its own last attacks excite.

    Λ counts self-excitation in, hence (1 - n). Excitation is scaled by the relative rate, at most 1: a
    group that stopped does not go on by itself (Lewis, Mohler, Brantingham & Bertozzi 2012).
    """
    return (1.0 - excitation) * weekly / 7.0 * share * relative * (1.0 - fear) + excitation * least(
        relative, 1.0
    ) * excited


@promises(bounded=(0.0, 1.0), falls_with=("days",), days=(0, 1000), late=(0, 0.4), first=(0, 0.6), scale=(1, 50))
def share_in_iraq(days: Number, late: Number, first: Number, scale: Number) -> Number:
    """The share of attacks in Iraq, by the days since a campaign began: a fitted clock, its cause unknown."""
    return late + first * exp(-days / scale)


@promises(bounded=(0.0, 1.0), rises_with=("size", "coefficient"), coefficient=(0, 0.6))
def felt(level: Number, coefficient: Number, size: Number) -> Number:
    """Fear or anger after a strike of this size: closer to 1 by its share of what is left."""
    return level + least(coefficient * size, 1.0) * (1.0 - level)


@promises(bounded=(0.0, 1.0), rises_with=("salience",), falls_with=("isis",), base=(0, 0.2), by_salience=(0, 0.3))
def call_chance(salience: Number, isis: Number, base: Number, by_salience: Number) -> Number:
    """The chance in a week that the groups' politicians call for expulsion; silent while IS holds territory."""
    return least(base + by_salience * salience, 1.0) * (1.0 - isis)


class Militia(Actor):
    """One group. ``intent`` is what it sets out to do, ``posture`` the name people give it."""

    def __init__(self, model: WithdrawalModel, name: str) -> None:
        super().__init__(model, name)
        self.fear: Number = 0.0
        self.anger: Number = 0.0
        self.recent: Number = 0.0  # attacks a day, over the last 30 days or so
        self.excited: Number = 0.0
        self.obeys: Number = True
        self.wish: Number = 0.0
        self.intent: Number = 0.0
        self.posture: Number = 0
        self.count: Number = 0  # today
        self.ordered: Number = -1  # the event of the order it is under
        self.stepped: Number = -1
        points = tuple((point.intent, point.rate) for point in model.scenario.attacks.curve)
        self.curve = curve_of(points)

    @property
    def me(self) -> Settings:
        """This group's numbers."""
        group: Settings = self.model.p.groups[self.name]
        return group

    def act(self) -> None:
        """The day of the group: it hears Iran's order, makes up its mind, and attacks or not."""
        model, p, me = self.model, self.model.p.militias, self.me
        arrived = model.iran.arrived
        if anywhere(arrived):
            control = me.control * model.iran.coordinator
            self.obeys = where(arrived, model.draw(f"militia/{self.name}/obeys") < control, self.obeys)
        others = model.militias.recent - self.recent
        outbid = where(
            (others > 0.0) & (model.militias.shares > 0.0),
            me.share / most(model.militias.shares, 1e-9) - self.recent / most(model.militias.recent, 1e-9),
            0.0,
        )
        self.wish = wish(
            model.region.groups,
            me.closeness,
            me.stake,
            self.anger,
            self.fear,
            outbid,
            model.region.isis,
            p.wish_base,
            p.wish_salience,
            p.wish_stake,
            p.wish_anger,
            p.wish_fear,
            p.wish_outbid,
            p.wish_isis,
        )
        self.intent = self._capped(intent(self.wish, model.iran.order, self.obeys, me.closeness, me.stake))
        before = self.posture
        stepped = posture(before, self.intent, p.harass_from, p.campaign_from, p.war_from, p.hysteresis)
        self.posture = least(stepped, POSTURE.cap(me.highest_rung))
        a = model.p.attacks
        if model.recorded:
            self.count = 0
        else:
            rate = attack_rate(
                a.weekly, me.share, relative_rate(self.intent, self.curve), self.fear, a.excitation, self.excited
            )
            self.count = poisson(rate * model.attacks.possible, model.draw(f"militia/{self.name}/attacks"))
        if model.log is not None:
            self.ordered = where(arrived & self.obeys, model.iran.in_force, where(arrived, -1, self.ordered))
            self.stepped = model.log.add(
                no(self.posture == before),
                self.stepped,
                self.name,
                "posture",
                (POSTURE.names, self.posture),
                "militia.intent",
                causes=(self.ordered, model.region.turned),
                terms={
                    "wish": self.wish,
                    "order": model.iran.order,
                    "obeys": truth(self.obeys),
                    "salience": model.region.groups,
                    "anger": self.anger,
                    "fear": self.fear,
                    "outbid": outbid,
                },
            )

    def _capped(self, intent: Number) -> Number:
        cap, p = self.me.highest_rung, self.model.p.militias
        if not cap:
            return intent
        tops = (p.harass_from - 1e-9, p.campaign_from - 1e-9, p.war_from - 1e-9, 1.0)
        return least(intent, tops[POSTURE[cap]])

    def remember(self, count: Number) -> None:
        """The day's attacks enter the group's own memory: what it did lately, and what excites it on."""
        a = self.model.p.attacks
        recent, excited = fade(a.recent_days), fade(a.excitation_days)
        self.recent = self.recent * recent + (1.0 - recent) * count
        self.excited = self.excited * excited + (1.0 - excited) * count

    def suffer(self, size: Number, struck: Number) -> None:
        """A strike of this size, on this group or on another: fear and anger at once."""
        p, effect = self.model.p.strikes, self.model.effect
        share = where(struck, 1.0, p.bystanders)
        happened = size > 0.0
        self.fear = only(happened, felt, self.fear, self.fear, p.fear * effect.fear, size * share)
        self.anger = only(happened, felt, self.anger, self.anger, p.anger * effect.anger, size * share)

    def calm(self) -> None:
        """Fear and anger fade by a day."""
        p = self.model.p.strikes
        self.fear = self.fear * decay(p.fear_half_life)
        self.anger = self.anger * decay(p.anger_half_life)


class Militias:
    """What the groups are together: their shares, their recent attacks, and their politicians' calls."""

    def __init__(self, model: WithdrawalModel) -> None:
        self.model = model
        self.recent: Number = 0.0
        self.shares: Number = 0.0
        self.calls: Number = 0.0
        self.called: Number = -1
        self.new_calls: Number = False

    def gather(self, groups: list[Militia]) -> None:
        """Add up over the groups, in order."""
        self.recent, self.shares = 0.0, 0.0
        for group in groups:
            self.recent = self.recent + group.recent
            self.shares = self.shares + group.me.share

    @property
    def rung(self) -> Number:
        """The rung of the politicians."""
        p = self.model.p.militias
        return truth(self.calls >= p.call_from) + truth(self.calls >= p.bill_from)

    def call(self) -> None:
        """The politicians: weekly by chance, and after a strike in Iraq or a killing."""
        model, p, today = self.model, self.model.p.militias, self.model.today
        before = self.rung
        calls = self.calls * decay(p.call_half_life)
        called_for: Number = False
        for event in model.script:
            if isinstance(event, CallEvent):
                called_for = called_for | model.presence.open
        if model.weekly and not model.recorded:
            since = model.date >= model.scenario.militias.increase_2020
            base = p.call_chance_since_2020 if since else p.call_chance
            by_chance = model.draw("militias/call") < call_chance(
                model.region.politics, model.region.isis, base, p.call_salience
            )
            called_for = called_for | (by_chance & model.presence.open)
        calls = where(called_for, most(calls, p.call_strength), calls)
        calls = where(today.strikes_in_iraq > 0, most(calls, p.call_strength), calls)
        calls = where(today.killings > 0, 1.0, calls)
        top = {"none": p.call_from - 1e-9, "call for expulsion": p.bill_from - 1e-9}.get(
            model.p.militias.highest_call, 1.0
        )
        self.calls = least(calls, top)
        self.new_calls = called_for | ((self.rung > before) & (self.rung > 0))
        if model.log is not None:
            self.called = model.log.add(
                self.new_calls,
                self.called,
                "the groups' politicians",
                "call",
                (CALLS.names, self.rung),
                "militia.call_chance",
                causes=today.causes,
                terms={"calls": self.calls, "salience": model.region.politics},
                scripted=any(isinstance(event, CallEvent) for event in model.script),
            )


def attack(
    keys: Number, name: str, day: int, index: int, in_iraq: Number, can_iraq: Number, can_syria: Number, a: Number
) -> tuple[Number, Number, Number, Number, Number]:
    """One attack: in Iraq or not, the wounded, the dead, met on the spot or not, and the attackers' dead.

    Luck and air defence decide: the same posture can give nothing or a catastrophe. Where US forces are
    in one of the two countries only, the attack goes there.
    """

    def luck(what: str) -> Number:
        return uniform(keys, f"militia/{name}/{what}", day, index)

    iraq = ((luck("place") < in_iraq) | no(can_syria)) & can_iraq
    fatal = luck("fatal") < a.fatal
    hurt = fatal | (luck("hurt") < a.wounds)
    met = iraq & (luck("met") < a.met)
    wounded = only(hurt, long_tail, 0.0, luck("wounded"), a.wounded_scale, a.wounded_tail)
    dead = only(fatal, power_law, 0.0, luck("dead"), a.deaths_exponent, a.deaths_most)
    attackers = only(met, geometric, 0.0, luck("met dead"), a.met_dead + 1.0) - truth(met)
    return truth(iraq), wounded, dead, truth(met), attackers


class Attacks:
    """The day's attacks on US forces, drawn and scripted, and the clock of a campaign."""

    def __init__(self, model: WithdrawalModel) -> None:
        self.model = model
        self.rate: Number = 0.0  # attacks a day over the last 30 days or so
        self.quiet: Number = 1000.0  # days since the rate was last above quiet
        self.campaign: Number = 1000.0  # days since a campaign began
        self.possible: Number = 1.0  # 1 while there are US forces to attack
        self.last: Number = -1  # events: the last attack that hurt, and the last at all
        self.any: Number = -1
        self.wound_in_iraq: Number = False  # whether the last wound was dealt in Iraq

    def day(self, groups: list[Militia]) -> None:
        """Every group acts; each attack finds its place and its victims."""
        model, a = self.model, self.model.p.attacks
        can_iraq = model.presence.troops > 0.0
        can_syria = model.date >= model.scenario.attacks.syria_since
        self.possible = truth(can_iraq | can_syria)
        model.militias.gather(groups)
        script = self._attributed(groups)
        in_iraq = share_in_iraq(self.campaign, a.share_in_iraq, a.share_in_iraq_first, a.share_days)
        total: Number = 0
        for group in groups:
            group.act()
            index, count = 0, group.count
            while anywhere(count > index):
                happens = count > index
                found = only(
                    happens,
                    attack,
                    (0, 0.0, 0.0, 0, 0.0),
                    model.keys,
                    group.name,
                    model.ordinal,
                    index,
                    in_iraq,
                    can_iraq,
                    can_syria,
                    a,
                )
                self._count(happens, group, *found)
                index += 1
            scripted = self._scripted(group, script, can_iraq)
            group.remember(count + scripted)
            total = total + count + scripted
        self._clock(total)

    def _count(
        self,
        happens: Number,
        group: Militia | None,
        iraq: Number,
        wounded: Number,
        dead: Number,
        met: Number,
        attackers: Number,
        scripted: bool = False,
    ) -> None:
        """Enter one attack (or one in each of many worlds) into the day."""
        model, today = self.model, self.model.today
        today.attacks_iraq = today.attacks_iraq + iraq
        today.attacks_syria = today.attacks_syria + truth(happens) - iraq
        today.us_wounded = today.us_wounded + wounded
        today.us_killed = today.us_killed + dead
        fatal, hurt = dead > 0.0, wounded > 0.0
        today.fatal = today.fatal + truth(fatal)
        today.hurt_many = today.hurt_many + truth(no(fatal) & (wounded > 2.5))
        today.hurt = today.hurt + truth(no(fatal) & hurt & (wounded < 2.5))
        wound = fatal | hurt
        self.wound_in_iraq = where(wound, iraq == 1, self.wound_in_iraq)
        if model.log is not None:
            name = group.name if group else "a militia"
            self.any = model.log.add(
                happens,
                self.any,
                name,
                "attack",
                (("in Syria", "in Iraq"), truth(iraq == 1)),
                "militia.attack_rate",
                causes=(group.stepped,) if group else (),
                terms={"wounded": wounded, "dead": dead},
                scripted=scripted,
            )
            self.last = where(wound, self.any, self.last)
            today.causes = (*today.causes, where(fatal, self.any, -1))
        if anywhere(met > 0):
            model.united_states.defend(met > 0, group, attackers, self.any, scripted)

    def _attributed(self, groups: list[Militia]) -> list[tuple[AttackEvent | SelfDefenceEvent, Sequence[Number]]]:
        """The scripted attacks of the day, and for each group whether it is its own.

        Where the script names no group, one is drawn by what each set out to do yesterday: a group that abstains is
        hardly ever taken for one that fights.
        """
        found: list[tuple[AttackEvent | SelfDefenceEvent, Sequence[Number]]] = []
        likely: tuple[Number, ...] = ()
        for place, event in enumerate(self.model.script):
            if isinstance(event, AttackEvent | SelfDefenceEvent):
                if event.group:
                    found.append((event, [event.group == group.name for group in groups]))
                    continue
                if not likely:
                    likely = tuple(group.me.share * relative_rate(group.intent, group.curve) for group in groups)
                whose = which(self.model.draw("militias/scripted", place), likely)
                found.append((event, [whose == index for index in range(len(groups))]))
        return found

    def _scripted(
        self,
        group: Militia,
        script: Sequence[tuple[AttackEvent | SelfDefenceEvent, Sequence[Number]]],
        can_iraq: Number,
    ) -> Number:
        """Scripted attacks of this day that fall to this group."""
        model = self.model
        place = model.groups.index(group)
        total: Number = 0
        for event, whose in script:
            mine = whose[place]
            if isinstance(event, SelfDefenceEvent):
                if anywhere(mine):
                    model.united_states.defend(
                        mine & (model.attacks.possible > 0), group, float(event.dead), self.any, True
                    )
                continue
            happens = mine & (can_iraq | (event.place == "Syria"))
            iraq = truth(happens) if event.place == "Iraq" else 0 * truth(happens)
            for number in range(event.count):
                first = float(number == 0)
                self._count(
                    happens,
                    group,
                    iraq,
                    where(happens, first * event.wounded, 0.0),
                    where(happens, first * event.dead, 0.0),
                    0,
                    0.0,
                    True,
                )
            total = total + event.count * truth(happens)
        return total

    @property
    def lately(self) -> tuple[Number, ...]:
        """The groups' recent attacks (and a thousandth of their shares, lest all be 0): by them a strike is aimed."""
        return tuple(group.recent + 0.001 * group.me.share for group in self.model.groups)

    def _clock(self, total: Number) -> None:
        """When a campaign began: the first attack after quiet days."""
        a = self.model.p.attacks
        begins = (total > 0) & (self.quiet >= a.quiet_days)
        self.campaign = where(begins, 0.0, self.campaign + 1.0)
        kept = fade(a.recent_days)
        self.rate = self.rate * kept + (1.0 - kept) * total
        self.quiet = where(self.rate < a.quiet_rate, self.quiet + 1.0, 0.0)
