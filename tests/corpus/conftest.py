"""The door over real HTTP."""

from collections.abc import Iterator

import pytest
from django.test.testcases import LiveServerThread

from sync import door


@pytest.fixture
def live_door() -> Iterator[LiveServerThread]:
    """A server on a free port of this machine, the door in front of Django as in production."""
    # The stubs ask for a class; what is called is a function from application to application.
    thread = LiveServerThread("127.0.0.1", static_handler=door.application_for)  # type: ignore[arg-type]
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield thread
    thread.terminate()
