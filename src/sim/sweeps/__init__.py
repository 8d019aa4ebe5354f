"""Sweeps: many points of a design, each in many worlds, and what comes of them.

    design, names, files  which points there are: makers of designs, sweep files, files of points
    points                each point checked as a file would be, known by what it says, and put with those like it
    cells                 a part of the work: some worlds of some points, lived together
    store                 where finished parts are kept, and what is missing
    work                  what is missing is computed, round by round
    tables                shares with intervals, weekly series, made of finished parts
    sweep                 the Sweep: what a sweep's folder holds
    analysis              what the points say: response, screening, variance, boxes
    adapters              the same for other libraries: EMA Workbench, SALib, Mesa

Nothing here knows what is shown of a sweep.
"""
