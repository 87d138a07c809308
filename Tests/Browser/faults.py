"""What was found wrong: said at once, one line each, and counted."""

import contextlib
import traceback


class Faults:
    def __init__(self):
        self.count = 0

    def add(self, where, what):
        self.count += 1
        print(f"FAULT {where}: {' '.join(str(what).split())[:600]}", flush=True)

    def check(self, holds, where, what):
        if not holds:
            self.add(where, what)
        return holds

    @contextlib.contextmanager
    def within(self, where):
        """What breaks inside is a fault of its own, and the walk goes on."""
        try:
            yield
        except Exception as error:  # whatever a browser may throw
            line = traceback.extract_tb(error.__traceback__)
            own = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in line if "/Browser/" in frame.filename]
            self.add(where, f"{type(error).__name__} at {' '.join(own)}: {error}")
