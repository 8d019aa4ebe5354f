"""The model: the actors, the world around them, and the order of a day. It knows no scenario file.

A part is a file, or a folder where it would be long: its numbers, its rules, and its day (what it ``Remembers``, what
it ``Sees``, its steps: state in, state out). Read it in this order: ``iraq`` (one actor whole), ``day`` (the order of
a day, and who sees what), ``world`` (the state of all), then the other parts.
"""
