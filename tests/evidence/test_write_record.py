from sim.evidence.write_record import FILE, record_toml
from sim.model.militia.numbers import AttackEvent
from sim.scenario.past import recorded_events


def test_the_common_past_is_what_the_evidence_gives():
    assert FILE.read_text(encoding="utf-8") == record_toml()


def test_the_common_past_has_every_attack():
    attacks = [event for event in recorded_events() if isinstance(event, AttackEvent)]
    assert sum(event.count for event in attacks) == 127
    assert sum(event.count for event in attacks if event.place == "Iraq") == 52
