"""In the place of Pyodide's own module, which brings all of asyncio: nothing here waits for anything."""


def _initialize_event_loop() -> None:
    """Called by Pyodide when it starts. There is no event loop: the desk answers each request at once."""
