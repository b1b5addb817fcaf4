"""A worker with converter bugs, run as a script in place of the real one: some texts kill it, some never end.

CRASH: ends by SIGKILL. HANG, SLEEP: never ends. NAP: takes its time. NOISE: prints on standard output, as native code would. NOMEMORY: wants more than
the process may have.
"""

import os
import signal
import sys
import time

from aiccl_server.worker import loop, process

real = loop.convert


def convert(text, path, tokenizer):
    if "CRASH" in text.text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "HANG" in text.text:
        while True:
            pass
    if "SLEEP" in text.text:
        time.sleep(3600)
    if "NAP" in text.text:
        time.sleep(2)
    if "NOISE" in text.text:
        print("not a message")
        os.write(1, b'{"is": "ready"\n\xff\xfe garbage\n')
    return real(text, path, tokenizer)


loop.convert = convert
sys.exit(process.main(sys.argv[1:]))
