"""What all tests share: no property hangs on the speed of the machine. (Their folder is on the path by this file.)"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Hypothesis else fails a property whose example took a fifth of a second, or whose examples are made slowly.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")
