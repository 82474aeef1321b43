"""What stands between the loader and the server and cuts their connection when a transaction is about to end."""

import asyncio
import threading
from types import TracebackType
from typing import Self

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
CHUNK = 1 << 16


class Proxy:
    """Passes everything on until COMMIT comes; then it cuts, before the server has heard of it or after it is done.

    Args:
        target: port of the server.
        swallow: COMMIT is passed on, and its answer is not.
    """

    def __init__(self, target: int, *, swallow: bool) -> None:
        self._target, self._swallow = target, swallow
        self.port, self.struck = 0, False
        self._ready = threading.Event()
        self._end: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._loop
        assert self._end
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        server.close()

    async def _pass_on(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        answers = asyncio.create_task(self._answers(server, to_client))
        try:
            while data := await client.read(CHUNK):
                if COMMIT in data:
                    self.struck = True
                    if not self._swallow:
                        break
                to_server.write(data)
                await to_server.drain()
                if self.struck:
                    break
            if self.struck and self._swallow:
                await answers  # it ends with the server's answer, which nobody is told
        except ConnectionError:
            pass  # one of the two has gone: so does the other
        finally:
            answers.cancel()
            to_client.transport.abort()
            to_server.transport.abort()

    async def _answers(self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        while data := await server.read(CHUNK):
            if self.struck:
                return
            to_client.write(data)
            await to_client.drain()
        to_client.close()
