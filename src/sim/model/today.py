"""What happened today: the tallies of attacks and strikes that the rules of the day read."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.model.words import Number, no, truth, where


@dataclass
class Strike:
    """A US strike, in the worlds where it happened."""

    happened: Number
    rung: Number
    struck: Number  # index of the group, -1 none
    dead: Number
    civilians: Number  # of them Iraqi civilians and state forces
    deliberate: bool = True
    coordinator: bool = False
    event: Number = -1  # its number in the log


@dataclass
class Today:
    """One day's counts; numbers of one world or arrays over worlds."""

    attacks_iraq: Number = 0
    attacks_syria: Number = 0
    us_killed: Number = 0.0
    us_wounded: Number = 0.0
    hurt: Number = 0  # attacks with one or two wounded
    hurt_many: Number = 0  # with three or more
    fatal: Number = 0
    strikes_in_iraq: Number = 0  # below a killing, self-defence included
    killings: Number = 0  # commanders killed, and large campaigns
    deliberate: Number = 0
    deliberate_in_iraq: Number = 0
    commanders: Number = 0
    by_rung: tuple[Number, ...] = (0, 0, 0, 0, 0, 0)
    deadly_in_iraq: Number = 0
    civilians: Number = 0.0
    strikes: list[Strike] = field(default_factory=list)
    causes: tuple[Number, ...] = ()  # events of the day that others react to

    def enter(self, strike: Strike) -> None:
        """Add a strike to the day."""
        in_iraq = strike.happened & (strike.rung >= 3)
        killing = strike.happened & (strike.rung >= 4)
        self.strikes.append(strike)
        self.strikes_in_iraq = self.strikes_in_iraq + truth(in_iraq & no(killing))
        self.killings = self.killings + truth(killing)
        self.commanders = self.commanders + truth(strike.happened & (strike.rung == 4))
        self.deadly_in_iraq = self.deadly_in_iraq + truth(in_iraq & (strike.dead > 0.0))
        self.civilians = self.civilians + where(in_iraq, strike.civilians, 0.0)
        if strike.deliberate:
            self.deliberate = self.deliberate + truth(strike.happened)
            self.deliberate_in_iraq = self.deliberate_in_iraq + truth(in_iraq)
            self.by_rung = tuple(
                count + truth(strike.happened & (strike.rung == rung)) for rung, count in enumerate(self.by_rung)
            )

    @property
    def coordinator(self) -> bool:
        """Whether the coordinator of the groups was killed (scripted only: in all worlds or none)."""
        return any(strike.coordinator for strike in self.strikes)

    @property
    def crisis(self) -> Number:
        """A deadly US strike in Iraq, a commander killed, Iraqi civilians or state forces killed, a fatal attack."""
        return (self.deadly_in_iraq > 0) | (self.killings > 0) | (self.civilians > 0.0) | (self.fatal > 0)
