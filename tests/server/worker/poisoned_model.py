"""A worker whose model has bugs in native code, run as a script in place of the real one: it dies, or never ends (HOW), at
the function that the environment names (FATAL), or at every one."""

import os
import signal
import sys
import time
from dataclasses import replace

from aiccl_server.worker import process, slow, slowly

FATAL = os.environ["FATAL"]


class Model(slow.SlowConverter):
    model = "abc"

    def takes(self, job):
        return job.kind == "function"

    def convert(self, job, stop):
        if FATAL in (job.name, "all") and os.environ.get("HOW") == "hangs":
            time.sleep(3600)
        if FATAL in (job.name, "all"):
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(job.compiled, text=f"better {job.name}", made_by="model")


slow.load = lambda *_: Model()
slowly.QUIET_S = 0.0
sys.exit(process.main(sys.argv[1:]))
