"""Settings from the environment (FLEXROUTE_…). Unsafe production values are refused at start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict, SettingsError

from flexroute.errors import UserError
from flexroute.mail import MailSettings
from flexroute.sign_in import SHORTEST_SECRET, SignInSettings

FORMER = Path("data", "flexroute.db")  # where the database was, of whatever folder one stood in


def _of_this_user() -> Path:
    return user_data_path("flexroute", appauthor=False)


class Settings(MailSettings, SignInSettings):
    """Everything that an installation may set; each has a default that works for practice on one machine."""

    model_config = SettingsConfigDict(env_prefix="FLEXROUTE_", env_nested_delimiter="__", extra="ignore")

    environment: Literal["practice", "production"] = "practice"
    # the SQLite file, letters as files, the log, the local Prefect server
    home: Path = Field(default_factory=_of_this_user)
    database_url: str = ""  # default: SQLite in `home`
    now: datetime | None = None  # practice only: another moment than the real one
    prefect_api_url: AnyHttpUrl | None = None  # a Prefect server; without one, the local one where it runs
    prefect_auth: SecretStr | None = None  # user:password of that server
    prefect_keep_days: int = Field(default=30, ge=1, le=3650)  # so long the local Prefect server keeps runs
    bsn_key: SecretStr = SecretStr("")  # by what a youth is known again; default: in practice a file in `home`
    portal_url: AnyHttpUrl | None = None  # a link in letters when it is known
    log: str | None = None  # a file; - for standard error; empty for no log. Default: flexroute.log in `home`

    @field_validator("now", mode="before")
    @classmethod
    def _amsterdam(cls, value: Any) -> Any:
        from flexroute.clock import from_local

        try:
            return from_local(value) if isinstance(value, str) and value else value or None
        except UserError as error:
            raise ValueError(str(error)) from None
        except ValueError:
            raise ValueError("schrijf het moment als jjjj-mm-ddTuu:mm, bijvoorbeeld 2026-03-09T09:00") from None

    @field_validator("home", mode="before")
    @classmethod
    def _a_folder(cls, value: Any) -> Any:
        if value == "":
            raise ValueError("vul een map in, of laat deze instelling weg")
        return Path(value).expanduser()

    @field_validator("prefect_auth")
    @classmethod
    def _user_and_password(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and ":" not in value.get_secret_value():
            raise ValueError("schrijf dit als gebruiker:wachtwoord")
        return value

    @model_validator(mode="after")
    def _safe_in_production(self) -> Settings:
        if self.environment == "production":
            if self.now is not None:
                raise ValueError("FLEXROUTE_NOW mag in productie niet: de klok moet echt zijn")
            if "home" not in self.model_fields_set or not self.home.is_absolute():
                raise ValueError("FLEXROUTE_HOME moet in productie zijn ingevuld, met een volledig pad")
            if not self.database_url:
                raise ValueError("FLEXROUTE_DATABASE_URL moet in productie zijn ingevuld")
            if self.mail_from.endswith("example.nl"):
                raise ValueError("FLEXROUTE_MAIL_FROM moet in productie een eigen adres zijn")
            if self.portal_url is not None and self.portal_url.scheme != "https":
                raise ValueError("FLEXROUTE_PORTAL_URL moet in productie met https beginnen")
            if self.oidc and self.portal_url is None:
                raise ValueError(
                    "FLEXROUTE_PORTAL_URL moet in productie zijn ingevuld: daarheen komt men terug na inloggen"
                )
            self._safe_to_sign_in(self.portal_url is not None)
            if 0 < len(self.bsn_key.get_secret_value()) < SHORTEST_SECRET:
                raise ValueError(
                    f"FLEXROUTE_BSN_KEY moet in productie ten minste {SHORTEST_SECRET} willekeurige tekens hebben"
                )
            if self.mail_transport == "file" and self.mail_mode != "off":
                raise ValueError(
                    "FLEXROUTE_MAIL_TRANSPORT=file is om te oefenen: kies in productie smtp of graph (of FLEXROUTE_MAIL_MODE=off)"
                )
        return self

    @property
    def signs_in_by_practice(self) -> bool:
        """Whether anybody may choose who they are: only where nothing is real."""
        return self.environment == "practice" and self.practice_sign_in is not False

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the case database."""
        return self.database_url or f"sqlite:///{self.home / 'flexroute.db'}"

    @property
    def former_database(self) -> Path | None:
        """A database of an earlier version in the folder where one stands, when nothing says that another place is meant."""
        chosen = self.database_url or "home" in self.model_fields_set
        return None if chosen or not FORMER.is_file() else FORMER.resolve()

    @property
    def log_to(self) -> str:
        """The file of the log, `-` for standard error, nothing for no log."""
        return str(self.home / "flexroute.log") if self.log is None else self.log


@lru_cache(maxsize=1)
def _from_environment() -> Settings:
    try:
        return Settings()
    except SettingsError:
        raise UserError("De instellingen kloppen niet: FLEXROUTE_OIDC is geen geldige JSON") from None
    except ValidationError as error:
        told = "; ".join(
            f"{_name(e['loc'])}{_in_dutch(e)}" for e in error.errors(include_input=False, include_url=False)
        )
        raise UserError(f"De instellingen kloppen niet: {told}") from None


def _name(place: tuple[str | int, ...]) -> str:
    """The variable, and which part of it: `FLEXROUTE_OIDC (entra.client_id): `."""
    first, *inside = [str(part) for part in place] or [""]
    part = f" ({'.'.join(inside)})" if inside else ""
    return f"FLEXROUTE_{first.upper()}{part}: " if first else ""


def _in_dutch(error: Any) -> str:
    if error["type"] in ("missing", "string_too_short"):
        return "dit ontbreekt"
    if error["type"] == "extra_forbidden":
        return "dit kent Flexroute niet"
    if error["type"] == "literal_error":
        return f"kies uit {error['ctx']['expected'].replace(' or ', ' of ')}"
    if error["type"].startswith("url"):
        return "vul een webadres in, bijvoorbeeld https://flexroute.gemeente.nl"
    if error["type"].startswith(("int", "greater", "less")):
        return "vul een geheel getal in dat hier past"
    return str(error["msg"]).removeprefix("Value error, ")


_practice: list[Settings] = []


def settings() -> Settings:
    """The settings of this process. Raises UserError when a value is wrong or unsafe."""
    return _practice[-1] if _practice else _from_environment()


@contextmanager
def practising(**changes: Any) -> Iterator[None]:
    """Other settings for a while (the scenario player, the demo, tests).

    Letters become files and the log is in that home, also where production is installed, unless the changes say otherwise.
    """
    on_paper = {"environment": "practice", "mail_transport": "file", "mail_mode": "live", "log": None}
    _practice.append(settings().model_copy(update=on_paper | changes))
    try:
        yield
    finally:
        _practice.pop()
