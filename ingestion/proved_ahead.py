"""Long plain files proved by helpers, each on a processor of its own, a few blocks ahead of the one who reads.

A helper is a twin of the reader, forked once the headings are known, with the same limits for itself. It is asked for
blocks by their place in the file and answers with proofs. A block that a helper could not prove, or that it did not
live to answer for, is left to the one who asks: no word of a helper refuses a file.
"""

import os
import pickle
import signal
import socket
import struct
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from typing import BinaryIO, NoReturn

from ingestion.coverage import Coverage
from ingestion.proof import Proof, Prover
from ingestion.readers import plain_lines
from ingestion.readers.plain_lines import PlainLines

HELPERS = 2 if len(os.sched_getaffinity(0)) >= 4 else 0
"""With two the database is what the others wait for; it takes one processor, handing the rows on another."""
WORTHWHILE = 8
"""A file of fewer blocks is through before the helpers have begun."""
AHEAD = 2
"""Blocks that a helper is asked for at a time, so that it need not wait for the next."""
PATIENCE = 20.0
"""Seconds for the proof of a block, which takes a few hundredths of one."""

_OFFSET = struct.Struct("<Q")


class _Helper:
    """A twin of this process that proves blocks in the order in which it is asked.

    Raises:
        OSError: the system gives no more processes or descriptors.
    """

    def __init__(self, plain: PlainLines, prover: Prover) -> None:
        self._link, its = socket.socketpair()
        with its:
            try:
                self._process = os.fork()
            except OSError:
                self._link.close()
                raise
            if self._process == 0:
                _serve(its, plain, prover)
        self._link.settimeout(PATIENCE)
        self._answers = self._link.makefile("rb")

    def ask(self, offset: int) -> None:
        """Ask for the proof of the block at a byte."""
        with suppress(OSError):  # it has died: its answer will be missing, too
            self._link.sendall(_OFFSET.pack(offset))

    def answer(self, text: bytes) -> Proof | None:
        """The proof that was asked for first; None when the helper has not proved just this text."""
        try:
            checksum, proof = pickle.load(self._answers)  # noqa: S301 - it comes from a twin of this process
        except (EOFError, OSError, pickle.UnpicklingError):
            return None
        assert proof is None or isinstance(proof, Proof)  # noqa: S101 - what `_serve` writes
        # a file that is checked where it lies may change while it is read
        return proof if checksum == zlib.crc32(text) else None

    def close(self) -> None:
        """Let it go, whatever it is at."""
        self._answers.close()
        self._link.close()
        with suppress(ProcessLookupError, ChildProcessError):  # whoever ignores ended children has none
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


def _serve(link: socket.socket, plain: PlainLines, prover: Prover) -> NoReturn:
    try:
        # on its own: whoever waits for the reader's output is not to wait for a helper's end
        os.closerange(0, link.fileno())
        os.closerange(link.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        with link.makefile("rb") as asked, link.makefile("wb") as answer:
            _answer(asked, answer, plain, prover)
    finally:
        os._exit(0)  # nothing of the reader's is to be done twice


def _answer(asked: BinaryIO, answer: BinaryIO, plain: PlainLines, prover: Prover) -> None:
    while order := asked.read(_OFFSET.size):
        text = plain.block(*_OFFSET.unpack(order))
        columns = plain.split(text)
        proof = None if columns is None else prover.prove(columns)
        pickle.dump((zlib.crc32(text), proof), answer, pickle.HIGHEST_PROTOCOL)
        answer.flush()


class ProvedAhead:
    """The blocks of a file that helpers prove; see `proved_ahead`."""

    def __init__(self, plain: PlainLines, helpers: list[_Helper]) -> None:
        self._plain, self._helpers, self._turns = plain, helpers, cycle(helpers)
        self._asked: deque[tuple[int, bytes, _Helper]] = deque()
        self._next = plain.offset
        self._many = AHEAD * len(helpers)

    def next(self, coverage: Coverage | None) -> tuple[range, bytes, Proof] | None:
        """The next lines where the reading stands: numbers, text, proof; None when they must be looked at here.

        Args:
            coverage: office and period of the rows before, which must be those of the block.
        """
        while self._helpers and len(self._asked) < self._many and (text := self._plain.block(self._next)):
            helper = next(self._turns)
            helper.ask(self._next)
            self._asked.append((self._next, text, helper))
            self._next += len(text)
        if not self._asked or self._asked[0][0] != self._plain.offset:
            self.close()  # the rest is no plain lines, or there is none
            return None
        _, text, helper = self._asked.popleft()
        proof = helper.answer(text)
        if proof is None or coverage not in (None, proof.coverage):
            return None
        return self._plain.take(text, proof.rows), text, proof

    def close(self) -> None:
        """Let the helpers go; what they were asked for is looked at here."""
        for helper in self._helpers:
            helper.close()
        self._helpers = []
        self._asked.clear()


@contextmanager
def proved_ahead(plain: PlainLines, prover: Prover) -> Iterator[ProvedAhead | None]:
    """Helpers for a file that is long enough to need some, on a machine that has processors for them."""
    if not HELPERS or plain.left < WORTHWHILE * plain_lines.BLOCK:
        yield None
        return
    helpers: list[_Helper] = []
    with suppress(OSError):  # one does it with those that the system gives
        for _ in range(HELPERS):
            helpers.append(_Helper(plain, prover))
    ahead = ProvedAhead(plain, helpers)
    try:
        yield ahead
    finally:
        ahead.close()
