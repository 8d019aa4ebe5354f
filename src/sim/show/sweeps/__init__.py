"""What people see of a sweep: its pictures, tables, summary and report."""

from sim.show.sweeps.folder import draw as draw
from sim.show.sweeps.folder import write_all as write_all
