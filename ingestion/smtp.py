"""One mail server: how it is reached, and what it says to a mail.

smtplib and email of the standard library: they are maintained with the language, refuse line breaks in headers, check
certificates, and give the server's own code and words, which the delivery log keeps. No library beside them does more.
"""

import contextlib
import ipaddress
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import Literal, Protocol

from pydantic import SecretStr

from ingestion.findings import printable

TIMEOUT = 30
"""Seconds that the server may take for one reply."""
MAX_REPLY = 500
NOT_LOGGED_IN = 530
"""The server's word on a session that should have logged in: ours to mend, no word on the mail."""


class SmtpSettings(Protocol):
    """What the settings of the installation say about mail."""

    @property
    def smtp_host(self) -> str | None:
        """Name of the server; None: no mail is sent."""

    @property
    def smtp_port(self) -> int:
        """Its port."""

    @property
    def smtp_starttls(self) -> bool | None:
        """Whether the session must be encrypted; None: unless the server is on this machine."""

    @property
    def smtp_user(self) -> str | None:
        """Who logs in; None: nobody."""

    @property
    def smtp_password(self) -> SecretStr | None:
        """With which password."""

    @property
    def smtp_from(self) -> str | None:
        """The address that mails come from, and that bounces go to."""


@dataclass(frozen=True)
class Reply:
    """What came of one attempt; code None when the server gave none."""

    event: Literal["sent", "refused", "retried"]
    code: int | None
    text: str


class Server:
    """A session with the mail server, opened when the first mail is sent; use it with `with`.

    Raises:
        ValueError: the settings cannot be used; the message says which.
    """

    def __init__(self, at: SmtpSettings) -> None:
        if not at.smtp_host or not at.smtp_from:
            raise ValueError("set ISCM_SMTP_HOST and ISCM_SMTP_FROM")
        self._at, self._host, self.sender = at, at.smtp_host, at.smtp_from
        here = is_loopback(at.smtp_host)
        self._encrypted = not here if at.smtp_starttls is None else at.smtp_starttls
        if at.smtp_user and not self._encrypted and not here:
            raise ValueError("ISCM_SMTP_STARTTLS is off: the password would cross the network readable by all")
        self._session: smtplib.SMTP | None = None
        self._unreachable: Reply | None = None

    def send(self, mail: EmailMessage, recipient: str) -> Reply:
        """Hand one mail over; what goes wrong is in the reply, never raised."""
        try:
            session = self._session or self._open()
        except (OSError, smtplib.SMTPException) as error:
            self._unreachable = self._unreachable or Reply("retried", _code(error), _words(error))
            return self._unreachable  # one try to reach it is enough for all that wait
        try:
            session.send_message(mail, self.sender, [recipient])
        except smtplib.SMTPRecipientsRefused as refusal:
            return self._failed(*refusal.recipients[recipient])
        except smtplib.SMTPResponseException as refusal:
            return self._failed(refusal.smtp_code, refusal.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Reply("retried", None, _words(error))
        return Reply("sent", 250, "taken by the server")

    def _failed(self, code: int, words: bytes | str) -> Reply:
        self.close()  # the next mail finds a session in which nothing went wrong
        final = 500 <= code < 600 and code != NOT_LOGGED_IN
        return Reply("refused" if final else "retried", code, _plain(words))

    def _open(self) -> smtplib.SMTP:
        if self._unreachable:
            raise smtplib.SMTPException(self._unreachable.text)
        session = smtplib.SMTP(self._host, self._at.smtp_port, timeout=TIMEOUT)
        try:
            if self._encrypted:
                session.starttls(context=ssl.create_default_context())
            if self._at.smtp_user:
                password = self._at.smtp_password
                session.login(self._at.smtp_user, password.get_secret_value() if password else "")
        except BaseException:
            session.close()
            raise
        self._session = session
        return session

    def close(self) -> None:
        """Say good-bye."""
        session, self._session = self._session, None
        if session:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                session.quit()

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_loopback(host: str) -> bool:
    """Whether the name or number is that of this machine, as seen from itself."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host.lower() == "localhost"


def _code(error: Exception) -> int | None:
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _plain(error.smtp_error)
    return _plain(f"{type(error).__name__}: {error}")


def _plain(words: bytes | str) -> str:
    text = words.decode(errors="backslashreplace") if isinstance(words, bytes) else words
    return printable(" ".join(text.split()))[:MAX_REPLY]
