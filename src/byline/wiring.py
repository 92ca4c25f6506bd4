"""From settings to ports, and from kinds of jobs to handlers: the only module that chooses adapters.

Each adapter is imported in its own branch, so that a portal on SQLite never loads what AWS needs.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formataddr
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from byline.environment import SystemClock, SystemRandom
from byline.errors import Misconfigured
from byline.hashing import Argon2Hasher
from byline.jobs.kinds import JobKind
from byline.links import Signer
from byline.ports import Ports
from byline.secret_key import SecretKeys
from byline.service_addresses import (
    DynamoDBAddress,
    FolderAddress,
    S3Address,
    SesAddress,
    SmtpAddress,
    SqliteAddress,
    is_loopback,
)
from byline.store.event_log import EventLogStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from byline.environment import Clock, Random
    from byline.files.port import Files
    from byline.hashing import Hasher
    from byline.imaging.port import Imaging
    from byline.jobs.model import Job
    from byline.jobs.payloads import Publish, UpdateSearch
    from byline.jobs.upkeep_payloads import AgeList
    from byline.jobs.worker import Handler
    from byline.mail.port import Mailbox, Mailer
    from byline.service_addresses import FilesAddress, StoreAddress
    from byline.settings import Settings
    from byline.store.port import Store


@dataclass(frozen=True, slots=True)
class Connected:
    """The ports of an installation, and the mailbox if its emails go to a folder."""

    ports: Ports
    mailbox: Mailbox | None


def connect(
    settings: Settings,
    *,
    clock: Clock | None = None,
    random: Random | None = None,
    hasher: Hasher | None = None,
    makes: bool = True,
) -> Connected:
    """Open everything the settings name; with ``makes``, make the data folder, and a table at an endpoint.

    ``Misconfigured`` says what to set; nothing is sent anywhere yet.
    """
    if makes:
        make_folder(settings.data)
    mailer, mailbox = mail(settings)
    keys = SecretKeys(settings, clock or SystemClock())
    ports = Ports(
        store=EventLogStore(store(settings.store, clock or SystemClock(), makes=makes)),
        files=files(settings.files),
        mailer=mailer,
        imaging=imaging(),
        hasher=hasher or Argon2Hasher(),
        signer=Signer(keys, settings.site.url, kept=keys.kept),
        clock=clock or SystemClock(),
        random=random or SystemRandom(),
        site=settings.site,
    )
    return Connected(ports, mailbox)


def make_folder(data: Path) -> None:
    """Make the data folder, for its owner alone, if there is none; ``Misconfigured`` if that cannot be."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as fault:
        why = fault.strerror or fault
        raise Misconfigured(f"The data folder {data} cannot be made ({why}): set BYLINE_DATA, or --data") from fault


def store(address: StoreAddress, clock: Clock | None = None, *, makes: bool = True) -> Store:
    """Open the store at an address. A table of DynamoDB is made only at an ``endpoint``, where tests and trials are."""
    match address:
        case SqliteAddress(path):
            from byline.store.sqlite import SqliteStore  # noqa: PLC0415 - one branch, one adapter

            return SqliteStore(path, clock=clock)
        case DynamoDBAddress(table, region, endpoint):
            from byline.store.dynamodb import DynamoStore  # noqa: PLC0415 - as above

            return DynamoStore(table, region=region, endpoint=endpoint, create_table=makes and endpoint is not None)


@contextmanager
def scratch_store() -> Iterator[Store]:
    """An empty store in a temporary folder, for its owner alone; it is deleted at the end."""
    with TemporaryDirectory(prefix="byline-") as folder:
        opened = store(SqliteAddress(Path(folder) / "scratch.sqlite3"))
        try:
            yield opened
        finally:
            opened.close()


def files(address: FilesAddress) -> Files:
    """Open the files at an address."""
    match address:
        case FolderAddress(_, path):
            from byline.files.folder import FolderFiles  # noqa: PLC0415 - as above

            return FolderFiles(path)
        case S3Address(bucket, prefix, region, endpoint):
            from byline.files.s3 import S3Files  # noqa: PLC0415 - as above

            return S3Files(bucket, prefix, region=region, endpoint=endpoint)


def mail(settings: Settings) -> tuple[Mailer, Mailbox | None]:
    """Make the mailer that the settings name; and the mailbox where emails go to a folder."""
    sender = formataddr((settings.site.name, settings.mail_from))
    reply_to, mail_host = settings.site.contact or None, settings.mail_from.rpartition("@")[2]
    match settings.mail:
        case FolderAddress(_, path):
            from byline.mail.folder import FolderMailer  # noqa: PLC0415 - as above

            folder = FolderMailer(path, sender=sender, reply_to=reply_to, host=mail_host)
            return folder, folder
        case SmtpAddress() as smtp:
            from byline.mail.smtp import SmtpMailer  # noqa: PLC0415 - as above

            return SmtpMailer(
                smtp.host,
                smtp.port,
                tls=smtp.tls,
                starttls=not smtp.tls and not is_loopback(smtp.host),
                user=smtp.user,
                password=smtp.password,
                sender=sender,
                reply_to=reply_to,
                mail_host=mail_host,
            ), None
        case SesAddress(region, configuration_set, endpoint):
            from byline.mail.ses import SesMailer  # noqa: PLC0415 - as above

            return SesMailer(
                region=region,
                endpoint=endpoint,
                configuration_set=configuration_set,
                sender=sender,
                reply_to=reply_to,
                host=mail_host,
            ), None


def imaging() -> Imaging:
    """What develops photos."""
    from byline.imaging.pillow import PillowImaging  # noqa: PLC0415 - the child process alone loads Pillow

    return PillowImaging()


def rebuild_outdated(ports: Ports) -> None:
    """Enqueue the rebuilding of what an older program, or one with other settings, derived. A worker calls it first."""
    from byline.authors import list_index, search_index  # noqa: PLC0415 - as below
    from byline.site.rebuild import rebuild_if_changed  # noqa: PLC0415 - as below

    rebuild_if_changed(ports)
    search_index.rebuild_if_outdated(ports)
    list_index.rebuild_if_outdated(ports)


def handlers() -> Mapping[JobKind, Handler]:
    """What carries out each kind of job."""
    from byline.accounts import (  # noqa: PLC0415 - a page view loads none of these
        account_emails,
        address_emails,
        invitation_counts,
        recovery_emails,
        restore_notices,
        seed_encryption,
        session_list,
    )
    from byline.authors import (  # noqa: PLC0415
        author_emails,
        deletion,
        digest_emails,
        list_index,
        publisher_emails,
        search_index,
        still_right,
    )
    from byline.profiles import photos  # noqa: PLC0415
    from byline.site import index_publishing, publishing, rebuild  # noqa: PLC0415

    def update_search(ports: Ports, job: Job[UpdateSearch]) -> None:
        search_index.refresh(ports, job)
        list_index.refresh(ports, job.payload.account)

    def publish(ports: Ports, job: Job[Publish]) -> None:
        list_index.refresh_of_profile(ports, job.payload.profile)
        publishing.publish(ports, job)

    def age_list(ports: Ports, job: Job[AgeList]) -> None:
        list_index.age(ports, job)
        digest_emails.enqueue_next(ports)

    handlers: Mapping[JobKind, Handler] = {
        JobKind.REGISTRATION_EMAIL: account_emails.send_registration_email,
        JobKind.RESET_EMAIL: account_emails.send_reset_email,
        JobKind.ADDRESS_CONFIRMATION_EMAIL: address_emails.send_address_confirmation_email,
        JobKind.ADDRESS_CHANGE_EMAIL: address_emails.send_address_change_email,
        JobKind.PASSWORD_CHANGED_EMAIL: account_emails.send_password_changed_email,
        JobKind.SECURITY_NOTICE_EMAIL: account_emails.send_security_notice_email,
        JobKind.RECOVERY_EMAIL: recovery_emails.send_recovery_email,
        JobKind.TELL_OF_RESTORE: restore_notices.tell_of_restore,
        JobKind.RESTORED_EMAIL: restore_notices.send_restored_email,
        JobKind.ENCRYPT_SEEDS: seed_encryption.encrypt_seeds,
        JobKind.LIMIT_SESSIONS: session_list.limit_sessions,
        JobKind.COUNT_INVITATIONS: invitation_counts.count_invitations,
        JobKind.INVITATION_EMAIL: account_emails.send_invitation_email,
        JobKind.WAITING_EMAIL: publisher_emails.send_waiting_email,
        JobKind.UNDELIVERED_EMAIL: publisher_emails.send_undelivered_email,
        JobKind.DECISION_EMAIL: author_emails.send_decision_email,
        JobKind.EDITED_EMAIL: author_emails.send_edited_email,
        JobKind.QUESTION_EMAIL: author_emails.send_question_email,
        JobKind.REMINDER_EMAIL: author_emails.send_reminder_email,
        JobKind.DIGEST_EMAIL: digest_emails.send_digest_email,
        JobKind.STILL_RIGHT_EMAIL: author_emails.send_still_right_email,
        JobKind.REVIEW_ANSWER_EMAIL: author_emails.send_review_answer_email,
        JobKind.UPDATE_SEARCH: update_search,
        JobKind.REBUILD_SEARCH: search_index.rebuild,
        JobKind.REBUILD_LIST: list_index.rebuild,
        JobKind.AGE_LIST: age_list,
        JobKind.ASK_YEARLY: still_right.ask,
        JobKind.PUBLISH: publish,
        JobKind.PUBLISH_INDEX: index_publishing.publish_index,
        JobKind.REPUBLISH: rebuild.republish,
        JobKind.DELETE_VERSIONS: deletion.delete_versions,
        JobKind.SWEEP_PHOTOS: photos.sweep,
    }
    return {kind: _with_branding(handler) for kind, handler in handlers.items()}


def _with_branding(handler: Handler) -> Handler:
    """The handler with the site as its publishers set it."""
    from byline.press.branding import current  # noqa: PLC0415 - as above

    @wraps(handler)
    def carry_out(ports: Ports, job: Job[Any]) -> None:
        handler(current(ports), job)

    return carry_out
