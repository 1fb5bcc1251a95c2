"""Over SMTP to the region's own mail gateway (NTA 7516): encrypted and with its certificate checked, or not at all (C.4)."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage

from flexroute.mail import PORTS
from flexroute.settings import Settings
from models.store.letter import Letter
from notifications.retry import Trouble, TroubleKind
from notifications.transports import answers

TIMEOUT = 30.0  # seconds, for each answer of the server
LETTER_TIMEOUT = 600.0  # for the answer to a letter: who gives up earlier sends copies (RFC 5321, 4.5.3.2.6)


class SmtpTransport:
    """One connection for all letters of a round; a new one when the server has closed it in the meantime."""

    def __init__(self, given: Settings) -> None:
        self._given = given
        self._line: smtplib.SMTP | None = None

    def send(self, _letter: Letter, mail: EmailMessage) -> None:
        """Hand over one letter. Raises Trouble, in doubt when the connection broke off after the letter had left."""
        line = self._line if self._line and self._still_there() else self._connect()
        in_doubt = False
        try:
            _accepted(*line.mail(self._given.mail_from), of_sender=True)
            _accepted(*line.rcpt(mail["To"].addresses[0].addr_spec))
            in_doubt = True
            self._wait_up_to(LETTER_TIMEOUT)
            _accepted(*line.data(bytes(mail)))
        except smtplib.SMTPDataError as error:  # the letter was not even begun
            raise answers.trouble(error.smtp_code, error.smtp_error) from None
        except OSError as error:
            self._hang_up()
            reason = f"de verbinding met de mailserver brak af ({type(error).__name__})"
            raise Trouble(TroubleKind.DROPPED, reason, in_doubt=in_doubt) from None

    def close(self) -> None:
        """Say goodbye."""
        if self._line:
            self._wait_up_to(TIMEOUT)
            with suppress(OSError):
                self._line.quit()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._line:
            self._line.close()
        self._line = None

    def _wait_up_to(self, seconds: float) -> None:
        if self._line and self._line.sock:
            self._line.sock.settimeout(seconds)

    def _still_there(self) -> bool:
        """Whether the server still listens; what a letter before left half-said is forgotten."""
        self._wait_up_to(TIMEOUT)
        with suppress(OSError):
            if self._line and self._line.rset()[0] == 250:
                return True
        self._hang_up()
        return False

    def _connect(self) -> smtplib.SMTP:
        try:
            return self._log_in()
        except ssl.SSLCertVerificationError:
            trouble = Trouble(TroubleKind.LOGIN, "het certificaat van de mailserver klopt niet")
        except smtplib.SMTPAuthenticationError as error:
            kind = TroubleKind.UNREACHABLE if error.smtp_code < 500 else TroubleKind.LOGIN
            trouble = Trouble(
                kind, f"inloggen bij de mailserver lukt niet ({answers.codes(error.smtp_code, error.smtp_error)})"
            )
        except smtplib.SMTPResponseException as error:
            codes = answers.codes(error.smtp_code, error.smtp_error)
            trouble = Trouble(TroubleKind.UNREACHABLE, f"de mailserver neemt geen post aan ({codes})")
        except OSError as error:
            if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
                trouble = Trouble(
                    TroubleKind.LOGIN, "de mailserver kent de beveiliging (STARTTLS) of het inloggen niet"
                )
            else:
                trouble = Trouble(TroubleKind.UNREACHABLE, f"de mailserver is niet bereikbaar ({type(error).__name__})")
        except UnicodeError:
            trouble = Trouble(
                TroubleKind.LOGIN, "naam of wachtwoord voor de mailserver heeft tekens die SMTP niet kent"
            )
        self._hang_up()
        raise trouble

    def _log_in(self) -> smtplib.SMTP:
        given = self._given
        host, port = given.smtp_host, given.smtp_port or PORTS[given.smtp_security]
        known_as = given.mail_from.partition("@")[2]
        if given.smtp_security == "tls":
            safe = ssl.create_default_context()
            line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, known_as, timeout=TIMEOUT, context=safe)
        else:
            line = smtplib.SMTP(host, port, known_as, timeout=TIMEOUT)
        self._line = line
        if given.smtp_security == "starttls":
            line.starttls(context=ssl.create_default_context())
        if given.smtp_user:
            line.login(given.smtp_user, given.smtp_password.get_secret_value())
        line.ehlo_or_helo_if_needed()
        return line


def _accepted(code: int, answer: bytes, of_sender: bool = False) -> None:
    """Raises Trouble unless the server said yes."""
    if not 200 <= code < 300:
        raise answers.trouble(code, answer, of_sender)
