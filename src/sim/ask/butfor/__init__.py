"""But for this event: one event of a history is kept from happening, and the world is lived again with the same luck.

The direct answer to “it just depends on the severity of events on the ground”: an event was necessary for an ending
where the same world, without it, ends otherwise. Each event is held back in the way its kind allows (``kinds``) and on
its own days alone; all else follows by the rules, so that somebody may do later what was not done then. One block lives
the history itself and, beside it, one world for each event.
"""
