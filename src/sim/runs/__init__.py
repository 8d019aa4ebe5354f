"""Many worlds: cut into pieces, computed by one process or several, kept in a folder, made into tables.

    inputs       what a run is a function of
    pieces       a range of worlds: where a run is cut, and how one piece is simulated and written down
    executors    the pieces one after another, or by several processes (worker: the life of one)
    size, limits how long a job takes and how much room it needs; what the system allows
    store, lock  where finished pieces are kept, and that only one process writes there
    work         what is missing in a store is computed
    columns      what stands in each column of those tables: type, unit, meaning
    tables       worlds, weeks and dated acts, made of finished pieces
    data         those tables as files, the manifest, and what a results folder says was run

Nothing here knows what is made of a run: no result, no figure, no report. What is logged is one line a record.
"""

import logging

from sim.disk.words import InOneLine

logging.getLogger("sim.runs").addFilter(InOneLine())
