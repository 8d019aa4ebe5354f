"""The program is broken on purpose, in every way that is known, and must neither lose nor believe anything.

``python -m tests.breaking`` (from the top of the repository) tries every attack of the catalogue and says which the
program did not survive; ``--report`` also writes docs/reliability.md. ``catalogue`` says what an attack is and what has
to hold; a module for each kind lists the attacks; ``ground`` is the place where one is tried, ``warm`` does what is
typed there, and ``injected`` makes the disk fail, or the process end, at a counted operation.
"""
