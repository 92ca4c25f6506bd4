"""Import authors from a CSV file with the columns of an export: first a look at what becomes of each row.

Authors who are here are found by email address or page address, and their text is saved on their behalf where it
differs. An empty cell changes nothing. Who is new and has an email address is invited, and who has none gets a page
that the press keeps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from byline.accounts.invitations import MOST_INVITEES
from byline.accounts.model import State
from byline.authors import csv_pages, invitations, managed_pages, named, pages
from byline.authors.invitations import InvitationOutcome
from byline.authors.invitees import COLUMNS as INVITEE_COLUMNS
from byline.authors.invitees import Invitee
from byline.authors.managed_authors import author_in, author_keys
from byline.errors import Invalid, NotFound, Stale, Unavailable
from byline.messages import csv_imports as said
from byline.messages.outages import INVITATIONS_LATER, MANAGED_PAGES_LATER
from byline.permissions import require
from byline.profiles import biography, names, summary
from byline.profiles import records as profile_records
from byline.profiles.editing import PageChange
from byline.richtext import sanitize

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from byline.audit import Actor
    from byline.authors.csv_pages import NewPage
    from byline.authors.csv_rows import CsvRow
    from byline.authors.invitations import InvitationStep
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.profiles.model import Content, Profile
    from byline.store.port import Key, Record


class RowOutcome(StrEnum):
    """What becomes of a row."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    INVITED = "invited"
    ADDED = "added"
    LEFT_OUT = "left out"
    FAULTY = "faulty"


_SAVED: Final = frozenset({RowOutcome.CHANGED, RowOutcome.ADDED})
"""What is done before anybody is invited."""


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What becomes of a row. ``differences`` are the columns that differ, each with the text before and after.

    ``faults`` say which columns are at fault, "" for the row as a whole; ``notes`` what else is to be known. ``change``
    is for the page of ``account_id`` in its version ``number``, ``page`` is one that is added.
    """

    row: CsvRow
    outcome: RowOutcome
    name: str = ""
    account_id: str = ""
    number: int = 0
    change: PageChange | None = None
    page: NewPage | None = None
    differences: tuple[tuple[str, str, str], ...] = ()
    faults: tuple[tuple[str, Message], ...] = ()
    notes: tuple[Message, ...] = ()
    is_done: bool = False

    @property
    def mark(self) -> str:
        """What this row would still do, "" if nothing: only what was shown before is carried out."""
        if self.is_done or self.outcome is RowOutcome.CHANGED:
            return "" if self.is_done else f"{self.account_id}:{self.number}"
        signs = {RowOutcome.INVITED: "+", RowOutcome.ADDED: "="}
        return f"{signs[self.outcome]}{self.row.number}" if self.outcome in signs else ""


def plan(ports: Ports, by: Actor, rows: Sequence[CsvRow]) -> tuple[ImportedRow, ...]:
    """What would become of rows, in their order. Only reads."""
    require(by, "authors.csv_import.plan")
    texts = {cell for row in rows for cell in (row.cells.get("email", ""), csv_pages.address_in(row.cells)) if cell}
    ids = named.find(ports, texts)
    records = named.read_all(ports, (key for author_id in set(ids.values()) for key in author_keys(author_id)))
    authors = {author_id: author_in(records, author_id) for author_id in set(ids.values())}
    pages_of = {profile_records.key(each.profile_id) for each in authors.values() if each and each.profile_id}
    known = {**records, **named.read_all(ports, pages_of - records.keys())}
    steps: list[ImportedRow] = []
    first: dict[str, int] = {}
    for row in rows:
        step = _step(row, ids, known)
        who = step.account_id or (step.page.slug if step.page else "")
        if who and step.outcome is not RowOutcome.FAULTY:
            number = first.setdefault(who, row.number)
            if number != row.number:
                step = _left_out(step, said.SameAuthorAsRow(number))
        steps.append(step)
    alike = csv_pages.namesakes(ports, [step.page.name for step in steps if step.page])
    steps = [replace(step, notes=(*step.notes, *alike.get(step.name, ()))) if step.page else step for step in steps]
    return _with_invitations(ports, by, steps)


def apply(
    ports: Ports, by: Actor, steps: Sequence[ImportedRow], *, shown: Collection[str] | None = None, most: int = 0
) -> tuple[ImportedRow, ...]:
    """Carry out the steps of ``plan``; as they went, those that were carried out ``is_done``.

    ``shown`` are the marks of what a person has agreed to; what differs from it is left out. ``most``: only so many
    pages are saved or added, and no one is invited before all are. Killed on the way the file can be imported again.
    """
    require(by, "authors.csv_import.apply")
    went: list[ImportedRow] = []
    left = most or 2 * len(steps)
    for step in steps:
        if step.mark and shown is not None and step.mark not in shown:
            went.append(_left_out(step, said.CHANGED_SINCE_SHOWN))
        elif step.outcome in _SAVED and left > 0:
            left -= 2 if step.page and step.page.change else 1
            went.append(_added(ports, by, step) if step.page else _saved(ports, by, step))
        else:
            went.append(step)
    if any(step.outcome in _SAVED and not step.is_done for step in went):
        return tuple(went)
    return _invited(ports, by, went)


def _step(row: CsvRow, ids: Mapping[str, str], known: Mapping[Key, Record]) -> ImportedRow:
    """What becomes of a row by what it says and by whom it names."""
    email, page_address = row.cells.get("email", ""), row.cells.get("page_address", "")
    step = ImportedRow(row, RowOutcome.UNCHANGED, name=row.cells.get("name", ""))
    if row.is_too_long:
        return _faulty(step, {"": said.ROW_TOO_LONG})
    if not email and not page_address and not step.name:
        return _faulty(step, {"": said.ROW_WITHOUT_ADDRESS})
    by_email, by_page = ids.get(email), ids.get(csv_pages.address_in(row.cells))
    if by_email and by_page and by_email != by_page:
        return _faulty(step, {"page_address": said.ROW_NAMES_TWO})
    account_id = by_email or by_page
    if account_id is None or (not email and not page_address and not csv_pages.is_of(known, account_id, step.name)):
        return _new(step, is_taken=account_id is not None)
    step = replace(step, account_id=account_id)
    account = author_in(known, account_id)
    record = known.get(profile_records.key(account.profile_id)) if account and account.profile_id else None
    if account is None or record is None or account.state not in {State.ACTIVE, State.MANAGED}:
        return _left_out(step, said.NOT_ACTIVE)
    profile = profile_records.from_record(record)
    notes = [said.PAGE_ADDRESS_STAYS] if page_address and by_page is None else []
    notes += [said.EMAIL_STAYS] if email and by_email is None else []
    return _compared(replace(step, name=profile.content.name, notes=tuple(notes)), profile)


def _new(step: ImportedRow, *, is_taken: bool) -> ImportedRow:
    """A row that finds no one: it invites, or adds a page unless the address of its name ``is_taken``."""
    if step.row.cells.get("email"):
        return replace(step, outcome=RowOutcome.INVITED)
    if is_taken:
        return _left_out(step, said.NameIsHere(csv_pages.address_in(step.row.cells)))
    if not step.name:
        return _left_out(step, said.ROW_FINDS_NO_ONE)
    try:
        page = csv_pages.new_page(step.row.cells)
    except Invalid as fault:
        return _faulty(step, fault.faults)
    return replace(step, outcome=RowOutcome.ADDED, page=page, notes=csv_pages.notes(page))


def _compared(step: ImportedRow, profile: Profile) -> ImportedRow:
    """The step by what differs between the row and the page, every fault of the row named."""
    content, cells = profile.content, step.row.cells
    faults: dict[str, Message] = {}
    wanted: dict[str, str] = {}
    for column, (read, live) in _readers(content).items():
        cell = cells.get(column, "")
        if not cell or cell == live:
            continue
        try:
            wanted[column] = read(cell)
        except Invalid as fault:
            faults[column] = next(iter(fault.faults.values()))
    if faults:
        return _faulty(step, faults)
    kept = {"name": content.name, "sort_name": content.sort_name, "summary": content.summary, "biography": content.bio}
    differing = {column: text for column, text in wanted.items() if text != kept[column]}
    if not differing or (not profile.number and not {"biography", "summary"} & differing.keys()):
        return step  # a page begins with words, not with a name alone
    change = PageChange(
        name=differing.get("name"),
        sort_name=differing.get("sort_name"),
        bio=differing.get("biography"),
        summary=differing.get("summary"),
    )
    return replace(
        step,
        outcome=RowOutcome.CHANGED,
        number=profile.number,
        change=change,
        differences=tuple((column, _readers(content)[column][1], cells[column]) for column in differing),
        notes=step.notes if profile.number else (*step.notes, said.BEGINS_PAGE),
    )


def _readers(content: Content) -> dict[str, tuple[Callable[[str], str], str]]:
    """For each column what reads its cell, and what the cell of an export would be."""
    return {
        "name": (names.clean_name, content.name),
        "sort_name": (names.clean_name, content.sort_name),
        "summary": (summary.from_form, content.summary),
        "biography": (lambda cell: biography.from_form(cell, "markdown"), sanitize.to_markdown(content.bio)),
    }


def _saved(ports: Ports, by: Actor, step: ImportedRow) -> ImportedRow:
    """Save a page on behalf of its author, if it is as it was shown."""
    if step.change is None:
        return step
    try:
        pages.save_for(ports, by, step.account_id, step.change, seen=step.number)
    except (Stale, NotFound):
        return _left_out(step, said.CHANGED_SINCE_SHOWN)
    except Invalid as fault:
        return _faulty(step, {"": next(iter(fault.faults.values()))})
    return replace(step, is_done=True)


def _added(ports: Ports, by: Actor, step: ImportedRow) -> ImportedRow:
    """Add a page, and publish it if it says something. Killed in between, the same row gives it its words later."""
    page = step.page
    if page is None:
        return step
    try:
        profile = managed_pages.create(ports, by, name=page.name, sort_name=page.sort_name, slug=page.slug)
        if page.change:
            profile = pages.save_for(ports, by, profile.id, page.change, seen=0)
    except Unavailable as fault:
        if fault.why is not MANAGED_PAGES_LATER:
            raise
        return _left_out(step, fault.why)
    except Invalid as fault:
        return _faulty(step, {"": next(iter(fault.faults.values()))})
    return replace(step, account_id=profile.id, notes=(said.PageIsAt(profile.slug),), is_done=True)


def _with_invitations(ports: Ports, by: Actor, steps: Sequence[ImportedRow]) -> tuple[ImportedRow, ...]:
    """The steps with what an invitation says of those who are new."""
    return _as_invited(steps, lambda invitees: invitations.plan(ports, by, invitees), is_done=False)


def _invited(ports: Ports, by: Actor, steps: Sequence[ImportedRow]) -> tuple[ImportedRow, ...]:
    return _as_invited(steps, lambda invitees: invitations.invite(ports, by, invitees), is_done=True)


def _as_invited(
    steps: Sequence[ImportedRow], act: Callable[[Sequence[Invitee]], Sequence[InvitationStep]], *, is_done: bool
) -> tuple[ImportedRow, ...]:
    new = [_invitee(step.row) for step in steps if step.outcome is RowOutcome.INVITED]
    went: dict[int, ImportedRow] = {}
    by_number = {step.row.number: step for step in steps}
    for start in range(0, len(new), MOST_INVITEES):
        some = new[start : start + MOST_INVITEES]
        try:
            invited = act(some)
        except Unavailable as fault:
            if fault.why is not INVITATIONS_LATER:
                raise
            went |= {each.number: _left_out(by_number[each.number], fault.why) for each in some}
            continue
        for step in invited:
            went[step.invitee.number] = _by_invitation(by_number[step.invitee.number], step, is_done=is_done)
    return tuple(went.get(step.row.number, step) for step in steps)


def _invitee(row: CsvRow) -> Invitee:
    return Invitee(row.number, **{column: row.cells.get(column, "") for column in INVITEE_COLUMNS})


def _by_invitation(row: ImportedRow, step: InvitationStep, *, is_done: bool) -> ImportedRow:
    if step.outcome is InvitationOutcome.NEW:
        return replace(row, is_done=is_done)
    if step.why is None:
        return row
    if step.outcome is InvitationOutcome.FAULTY:
        return _faulty(row, dict(step.faults[:1]) or {"": step.why})
    return _left_out(row, step.why)


def _left_out(step: ImportedRow, why: Message) -> ImportedRow:
    return replace(step, outcome=RowOutcome.LEFT_OUT, change=None, differences=(), notes=(why,))


def _faulty(step: ImportedRow, faults: Mapping[str, Message]) -> ImportedRow:
    return replace(step, outcome=RowOutcome.FAULTY, faults=tuple(faults.items()))
