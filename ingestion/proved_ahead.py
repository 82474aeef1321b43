"""Long plain files proved by helpers, each on a processor of its own, a few blocks ahead of the one who reads.

A helper is a twin of the reader, forked once the headings are known, with the same limits. It is asked for blocks by
their place in the file and answers with proofs. A block that a helper could not prove, or that it did not live to
answer for, is left to the one who asks: no word of a helper refuses a file.
"""

import os
import pickle
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


class _Helper:
    """A twin of this process that proves blocks in the order in which it is asked."""

    def __init__(self, plain: PlainLines, prover: Prover) -> None:
        orders, ask = os.pipe()
        answer, answers = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            _serve(orders, answers, plain, prover)
        os.close(orders)
        os.close(answers)
        self._ask, self._answer = os.fdopen(ask, "wb", buffering=0), os.fdopen(answer, "rb")

    def ask(self, offset: int) -> None:
        """Ask for the proof of the block at a byte."""
        with suppress(BrokenPipeError):  # it has died: its answer will be missing, too
            self._ask.write(pickle.dumps(offset))

    def answer(self) -> Proof | None:
        """The proof that was asked for first."""
        try:
            found = pickle.load(self._answer)  # noqa: S301 - it comes from a twin of this process
        except (EOFError, pickle.UnpicklingError):
            return None
        assert found is None or isinstance(found, Proof)  # noqa: S101 - what `_serve` writes
        return found

    def close(self) -> None:
        """Let it go: without orders it ends."""
        self._answer.close()
        self._ask.close()
        os.waitpid(self._process, 0)


def _serve(orders: int, answers: int, plain: PlainLines, prover: Prover) -> NoReturn:
    try:
        # on its own: whoever waits for the reader's output is not to wait for a helper's end
        kept = sorted((orders, answers))
        for start, end in zip([0, kept[0] + 1, kept[1] + 1], [*kept, os.sysconf("SC_OPEN_MAX")], strict=True):
            os.closerange(start, end)
        with os.fdopen(orders, "rb") as asked, os.fdopen(answers, "wb") as answer:
            _answer(asked, answer, plain, prover)
    finally:
        os._exit(0)  # nothing of the reader's is to be done twice


def _answer(asked: BinaryIO, answer: BinaryIO, plain: PlainLines, prover: Prover) -> None:
    while True:
        try:
            block = plain.block(pickle.load(asked))  # noqa: S301 - it comes from a twin of this process
        except EOFError:
            return
        columns = plain.split(block)
        pickle.dump(None if columns is None else prover.prove(columns), answer, pickle.HIGHEST_PROTOCOL)
        answer.flush()


class ProvedAhead:
    """The blocks of a file that helpers prove; see `proved_ahead`."""

    def __init__(self, plain: PlainLines, helpers: list[_Helper]) -> None:
        self._plain, self._turns = plain, cycle(helpers)
        self._asked: deque[tuple[int, bytes, _Helper]] = deque()
        self._next = plain.offset
        self._many = AHEAD * len(helpers)

    def next(self, coverage: Coverage | None) -> tuple[range, bytes, Proof] | None:
        """The next lines where the reading stands: numbers, text, proof; None when they must be looked at here.

        Args:
            coverage: office and period of the rows before, which must be those of the block.
        """
        if self._asked and self._asked[0][0] != self._plain.offset:
            return None  # somebody reads on who needs no blocks
        while len(self._asked) < self._many and (text := self._plain.block(self._next)):
            helper = next(self._turns)
            helper.ask(self._next)
            self._asked.append((self._next, text, helper))
            self._next += len(text)
        if not self._asked:
            return None
        _, text, helper = self._asked.popleft()
        proof = helper.answer()
        if proof is None or coverage not in (None, proof.coverage):
            return None
        return self._plain.take(text, proof.rows), text, proof


@contextmanager
def proved_ahead(plain: PlainLines, prover: Prover) -> Iterator[ProvedAhead | None]:
    """Helpers for a file that is long enough to need some, on a machine that has processors for them."""
    if not HELPERS or plain.left < WORTHWHILE * plain_lines.BLOCK:
        yield None
        return
    helpers = [_Helper(plain, prover) for _ in range(HELPERS)]
    try:
        yield ProvedAhead(plain, helpers)
    finally:
        for helper in helpers:
            helper.close()
