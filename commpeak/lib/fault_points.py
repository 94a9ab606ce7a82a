"""Named places where a test can kill the process. Off unless FAULT_POINTS names them.

FAULT_POINTS holds names separated by commas, each once: "after_gateway_charge". When the code
reaches a named point the process gets SIGKILL, as if the machine had lost power: nothing is
flushed, no handler runs. Settings refuse to start in production with FAULT_POINTS set.
"""

import os
import signal


def fault_point(name: str) -> None:
    """Kills this process when the environment names the point; otherwise does nothing."""
    if name in os.environ.get("FAULT_POINTS", "").split(","):
        os.kill(os.getpid(), signal.SIGKILL)
