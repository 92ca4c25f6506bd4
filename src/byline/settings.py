"""Settings: read once from the environment, typed, with contradictions refused in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from byline.errors import Misconfigured
from byline.limits import SETTINGS as LIMIT_SETTINGS
from byline.limits import Limits, limits_from
from byline.looks.branding import Branding
from byline.messages.catalogue import LANGUAGES, NAMELESS_PUBLISHER, SOURCE_LANGUAGE
from byline.service_addresses import (
    FilesAddress,
    FolderAddress,
    MailAddress,
    ParameterAddress,
    SqliteAddress,
    StoreAddress,
    files_address,
    is_loopback,
    mail_address,
    parameter_address,
    store_address,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "BYLINE_"
MORE = "MORE"
"""The setting with further ones, as ``LANGUAGE=de``, with blanks between them: a template of CloudFormation cannot make
variables of a list.
"""
KNOWN = (
    "STORE", "FILES", "MAIL", "URL", "SECRET_KEY", "DATA", "HOST", "PORT", "SITE_NAME", "PUBLISHER_NAME",
    "PUBLISHER_EMAIL", "MAIL_FROM", "REVEAL_REGISTERED", "THROTTLE", "PROXIES", "PASSWORD_MIN",
    "EDGE_KEY", "LANGUAGE", MORE, *LIMIT_SETTINGS,
)  # fmt: skip
SHORTEST_SECRET = 32
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256
MOST_PROXIES = 10
MOST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages, emails and use cases need to know of the installation.

    ``given`` is the site as the environment sets it, where ``branding`` has changed it.
    """

    name: str
    url: str
    publisher_name: str
    contact: str
    password_min: int = 15
    reveal_registered: bool = False
    throttle: bool = True
    limits: Limits = field(default_factory=Limits)
    language: str = SOURCE_LANGUAGE
    branding: Branding = field(default_factory=Branding)
    given: Site | None = field(default=None, repr=False, compare=False)

    def with_branding(self, branding: Branding) -> Site:
        """The same site as its publishers set its looks: what they set wins over the environment."""
        given = self.given or self
        return replace(
            given,
            name=branding.site_name or given.name,
            publisher_name=branding.publisher_name or given.publisher_name,
            contact=branding.contact or given.contact,
            branding=branding,
            given=given,
        )

    @property
    def secure(self) -> bool:
        """Whether the public address is https."""
        return self.url.startswith("https://")

    @property
    def imprint(self) -> str:
        """Whose site this is: its name, and the publisher's where that is set and another."""
        if self.publisher_name in {self.name, NAMELESS_PUBLISHER}:
            return self.name
        return f"{self.name} · {self.publisher_name}"

    @property
    def host(self) -> str:
        """The public host name, without a port."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def on_loopback(self) -> bool:
        """Whether the public address is on this machine only."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. ``secret_key`` is the key itself or where it is; ``None``: it is in the data folder."""

    data: Path
    store: StoreAddress
    files: FilesAddress
    mail: MailAddress
    site: Site
    mail_from: str
    host: str
    port: int
    proxies: int
    secret_key: str | ParameterAddress | None
    edge_keys: tuple[str, ...]

    @property
    def lacks_proxy(self) -> bool:
        """Whether people come by https, which a proxy in front must provide, and none is trusted to name the client."""
        return self.site.secure and self.proxies == 0 and not self.edge_keys

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read ``BYLINE_…`` settings; ``Misconfigured`` names the one to mend. docs/settings.md describes each."""
        given = {name[len(PREFIX) :]: value.strip() for name, value in environ.items() if name.startswith(PREFIX)}
        for each in given.pop(MORE, "").split():
            name, _, value = each.partition("=")
            given[name] = value
        for name in sorted(given):
            if name not in KNOWN:
                raise Misconfigured(
                    f"There is no setting BYLINE_{name}. The settings are: " + ", ".join(PREFIX + k for k in KNOWN)
                )
        data = Path(given.get("DATA") or "data").absolute()
        host = given.get("HOST") or "127.0.0.1"
        port = _number(given, "PORT", 8000, least=1, most=MOST_PORT)
        url = _url(given.get("URL") or "", host, port)
        url_host = urlsplit(url).hostname or ""
        mail = mail_address(given["MAIL"]) if given.get("MAIL") else FolderAddress("folder", data / "mail")
        throttle = _switch(given, "THROTTLE", default=True)
        if not throttle and not is_loopback(url_host):
            raise Misconfigured(
                "BYLINE_THROTTLE=off is for tests on this machine only: unset it, "
                "or set BYLINE_URL to a loopback address."
            )
        if isinstance(mail, FolderAddress) and not is_loopback(url_host):
            raise Misconfigured(
                f"BYLINE_URL is {url}, but emails would only be written to a folder: "
                "set BYLINE_MAIL to smtp://…, smtps://… or ses://… so that authors get them."
            )
        mail_from = given.get("MAIL_FROM") or f"byline@{url_host if not is_loopback(url_host) else 'localhost'}"
        publisher = given.get("PUBLISHER_NAME") or NAMELESS_PUBLISHER
        site = Site(
            name=given.get("SITE_NAME") or "Byline",
            url=url,
            publisher_name=publisher,
            contact=given.get("PUBLISHER_EMAIL") or "",
            password_min=_number(given, "PASSWORD_MIN", 15, least=SHORTEST_PASSWORD, most=64),
            reveal_registered=_switch(given, "REVEAL_REGISTERED", default=False),
            throttle=throttle,
            limits=limits_from(given),
            language=_language(given),
        )
        _refuse_unusable_texts(given)
        edge_keys = tuple(given.get("EDGE_KEY", "").split())
        if any(len(key) < SHORTEST_SECRET for key in edge_keys):
            raise Misconfigured(f"BYLINE_EDGE_KEY is shorter than {SHORTEST_SECRET} characters: use more, by chance.")
        return cls(
            data=data,
            store=store_address(given["STORE"]) if given.get("STORE") else SqliteAddress(data / "byline.sqlite3"),
            files=files_address(given["FILES"]) if given.get("FILES") else FolderAddress("file", data / "files"),
            mail=mail,
            site=site,
            mail_from=mail_from,
            host=host,
            port=port,
            proxies=_number(given, "PROXIES", 0, least=0, most=MOST_PROXIES),
            secret_key=_secret_key(given.get("SECRET_KEY") or None),
            edge_keys=edge_keys,
        )


def _url(given: str, host: str, port: int) -> str:
    """The public address without a trailing slash; https unless it is on loopback; no path, query or user."""
    if not given:
        if not is_loopback(host):
            raise Misconfigured(
                f"BYLINE_HOST is {host}, which others can reach: set BYLINE_URL to the https address they will use."
            )
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"
    try:
        parts = urlsplit(given)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError as fault:
        raise Misconfigured(f"BYLINE_URL is not an address: {given}") from fault
    if parts.scheme not in {"http", "https"} or not parts.hostname or not given.isascii():
        raise Misconfigured(f"BYLINE_URL must look like https://authors.example.org, not {given}")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username is not None:
        raise Misconfigured(f"BYLINE_URL must be an address without path, query or user: {given}")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Misconfigured(f"BYLINE_URL is {given}: anything beyond this machine must be https://")
    # Browsers leave the usual port away where they say from which site a form comes.
    usual = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"


def _refuse_unusable_texts(given: Mapping[str, str]) -> None:
    """Refuse names and addresses that would make every email a wrong one."""
    for name in ("SITE_NAME", "PUBLISHER_NAME", "PUBLISHER_EMAIL", "MAIL_FROM"):
        if any(ord(letter) < ord(" ") for letter in given.get(name, "")):
            raise Misconfigured(f"BYLINE_{name} has a control character in it: write it on one line.")
    for name in ("PUBLISHER_EMAIL", "MAIL_FROM"):  # it stands in every email, and few servers take such a one
        if not given.get(name, "").rpartition("@")[0].isascii():
            raise Misconfigured(
                f"BYLINE_{name} has a letter before the @ that most mail servers refuse: "
                "use an address of plain letters, such as desk@press.example."
            )


def _language(given: Mapping[str, str]) -> str:
    language = (given.get("LANGUAGE") or SOURCE_LANGUAGE).lower()
    if language not in LANGUAGES:
        raise Misconfigured(f"BYLINE_LANGUAGE must be one of {', '.join(LANGUAGES)}, not {language}")
    return language


def _secret_key(given: str | None) -> str | ParameterAddress | None:
    if given is not None and given.startswith("ssm:"):
        return parameter_address(given)
    if given is not None and len(given) < SHORTEST_SECRET:  # a ring of keys is longer, and checked where it is read
        raise Misconfigured(
            f"BYLINE_SECRET_KEY is shorter than {SHORTEST_SECRET} characters: use at least that many by chance, "
            "or unset it to have a key made in the data folder."
        )
    return given


def _number(given: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    text = given.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise Misconfigured(f"BYLINE_{name} must be a whole number from {least} to {most}, not {text}")
    return int(text)


def _switch(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = (given.get(name) or ("on" if default else "off")).lower()
    if text in {"1", "on", "yes", "true"}:
        return True
    if text in {"0", "off", "no", "false"}:
        return False
    raise Misconfigured(f"BYLINE_{name} must be on or off, not {text}")
