"""Finding an author by words: each word of their names and each part of their address is a search entry, and so is what
their name looks like.

The entries are small records in one index, derived from account and profile, and made again whenever one of them
changes. So a search reads one slice of the index, however many authors there are. The first entry of an account also
names the accounts whose names look like its own, and says how the active ones are called, so that a list of
accounts takes no search and no read for each.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from byline.accounts.model import State
from byline.accounts.records import ACCOUNTS, SEARCH_MARK, account_from, account_key
from byline.authors.managed_authors import find_author
from byline.errors import Conflict
from byline.jobs.model import enqueue
from byline.jobs.upkeep_payloads import RebuildSearch
from byline.profiles import names
from byline.profiles import records as profile_records
from byline.richtext.lookalikes import skeleton
from byline.store import formats
from byline.store.port import Create, Cursor, Delete, IndexEntry, Key, Record, Replace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from byline.accounts.model import Account
    from byline.jobs.model import Job
    from byline.jobs.payloads import UpdateSearch
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Write

SEARCH = "search"
"""The index of search entries, by their words."""
MOST_WORDS = 12
"""Words by which one account is found."""
_MOST_BEFORE = 5
"""Entries of an account that a program before ``formats.SEARCH_WORDS`` knows of."""
_NAME_WORDS = 8
"""Words that names may take, where the address has enough for the rest."""
_LONGEST_WORD = 60
_MOST_PAGES = 5
MOST_ALIKE = 30
"""Accounts with names that look like an account's which its first entry names."""
_ALIKE: Final = "alike"
_CALLED: Final = "called"
"""How those alike are called who are active authors, by id; "" for who was declined or suspended."""
_LOOK: Final = "="
"""Begins the word that says what a name looks like; no word of a search begins with it."""
_ACCOUNTS_A_JOB = 25
_MADE: Final = {"words": 3}
"""What the mark says where all entries are made as this program makes them."""
_MADE_BEFORE: Final = {"words": 2}
"""The same before ``formats.PERSONAL_DATA``, when entries did not say how those alike are called."""


def refresh(ports: Ports, job: Job[UpdateSearch]) -> None:
    """Carry out an UPDATE_SEARCH job: make the entries of an account what they should be."""
    _refresh(ports, job.payload.account)


def rebuild_if_outdated(ports: Ports) -> None:
    """Enqueue the making of all entries where an older program made them.

    A worker calls it before its first job: one read if nothing is to be done.
    """
    if ports.store.format() < formats.SEARCH_WORDS:
        return
    mark, made = ports.store.one(SEARCH_MARK), _MADE if _says_who(ports) else _MADE_BEFORE
    if mark is not None and mark.data == made:
        return
    record = Record(SEARCH_MARK, made, version=mark.version + 1 if mark else 1)
    with suppress(Conflict):  # another worker saw it at the same moment
        ports.store.commit(Replace(record) if mark else Create(record), enqueue(ports, RebuildSearch("", 1)))


def rebuild(ports: Ports, job: Job[RebuildSearch]) -> None:
    """Carry out a REBUILD_SEARCH job: make the entries of a slice of the accounts, and enqueue the next slice."""
    after, number = job.payload.after, job.payload.number
    page = ports.store.page(ACCOUNTS, after=Cursor(after) if after else None, limit=_ACCOUNTS_A_JOB)
    for record in page.records:
        _refresh(ports, record.key.id)
    if page.next is not None:
        following = RebuildSearch(page.next, number + 1)
        with suppress(Conflict):  # this slice was done before, and enqueued the next one then
            ports.store.commit(enqueue(ports, following, job_id=f"{job.id.partition('.')[0]}.{number}"))


def search(ports: Ports, typed: str, *, limit: int) -> tuple[tuple[str, str | None], ...]:
    """The accounts (and profiles, by id) that have words beginning with each of those typed, each once.

    The longest word is looked up in the index, the others are compared with what its entries say.
    """
    wanted = words_of(typed)
    if not wanted:
        return ()
    longest = max(wanted, key=len)
    found: dict[tuple[str, str | None], None] = {}
    after: Cursor | None = None
    for _ in range(_MOST_PAGES):
        page = ports.store.page(SEARCH, prefix=longest, after=after, limit=2 * limit)
        for record in page.records:
            if all(any(word.startswith(each) for word in _words_in(record)) for each in wanted):
                profile = record.data["profile"]
                found[str(record.data["account"]), str(profile) if profile else None] = None
        after = page.next
        if after is None or len(found) >= limit:
            break
    return tuple(found)[:limit]


def alike(ports: Ports, account: Account) -> tuple[str, ...]:
    """The ids of other accounts that had a name which looks like an account's when their entries were made."""
    look = _look(account)
    page = ports.store.page(SEARCH, prefix=f"{look}/", limit=2 * MOST_ALIKE)
    found = (str(record.data["account"]) for record in page.records if look in _words_in(record))
    return tuple(each for each in found if each != account.id)[:MOST_ALIKE]


def first_key(account_id: str) -> Key:
    """The first entry of an account; ``alike_in`` reads it."""
    return _key(account_id, 0)


def alike_in(first: Record | None) -> tuple[str, ...]:
    """The same ids as of ``alike``, as the first entry of an account names them."""
    ids = first.data.get(_ALIKE) if first else None
    return tuple(map(str, ids)) if isinstance(ids, Sequence) and not isinstance(ids, str) else ()


def called_in(first: Record | None) -> Mapping[str, str] | None:
    """How those alike are called who are active authors, by id, as it was when the entries were made; "" for who was
    declined or suspended, nothing of who waited. ``None`` where an older program made them.
    """
    called = first.data.get(_CALLED) if first else None
    if isinstance(called, Mapping):
        return {author_id: str(name) for author_id, name in called.items()}
    return None if alike_in(first) else {}


def words_of(text: str) -> list[str]:
    """The words in a text as a search compares them: folded, each once, split at everything but letters and digits."""
    folded = names.folded(text.replace("\u200b", " "))
    spaced = "".join(each if unicodedata.category(each)[0] in "LNM" else " " for each in folded)
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in spaced.split()))


def _refresh(ports: Ports, account_id: str) -> None:
    keys = [_key(account_id, number) for number in range(MOST_WORDS)]
    found = dict(ports.store.get(account_key(account_id), keys[0]))
    if keys[0] in found and (others := keys[1 : _count(found[keys[0]])]):
        found |= ports.store.get(*others)
    account = find_author(ports, found, account_id)
    most = MOST_WORDS if ports.store.format() >= formats.SEARCH_WORDS else _MOST_BEFORE
    words = _wanted(account, _profile(ports, account), most) if account else []
    like = alike(ports, account) if account and words else ()
    shared = {"account": account_id, "profile": account.profile_id if account else None, "words": words}
    firsts, accounts = _read_others(ports, {*alike_in(found.get(keys[0])), *like}, like)
    writes: list[Write] = [*_naming(ports, account_id, account, like, firsts)]
    about_like = {_ALIKE: list(like)} | ({_CALLED: _called(accounts)} if _says_who(ports) else {})
    for key, word in zip_longest(keys, words):
        data = shared | about_like if like and key == keys[0] else shared
        before = found.get(key)
        entry = IndexEntry(SEARCH, f"{word}/{account_id}") if word else None
        if entry is None:
            writes += [Delete(key, before.version)] if before else []
        elif before is None:
            writes.append(Create(Record(key, data, entry=entry)))
        elif (before.entry, before.data) != (entry, data):
            writes.append(Replace(Record(key, data, version=before.version + 1, entry=entry)))
    if writes:
        ports.store.commit(*writes)


def _read_others(
    ports: Ports, named: Collection[str], like: Sequence[str]
) -> tuple[Mapping[Key, Record], Sequence[Account]]:
    """The first entries of some accounts, and the accounts that are alike now; one read, if there are any."""
    keys = [*map(first_key, named), *map(account_key, like)]
    found = ports.store.get(*keys) if keys else {}
    firsts = {key: found[key] for key in map(first_key, named) if key in found}
    return firsts, [account_from(found[key]) for key in map(account_key, like) if key in found]


def _called(accounts: Iterable[Account | None]) -> dict[str, str]:
    """How accounts are called, by id, as ``called_in`` has it."""
    decided = (account for account in accounts if account is not None and account.state is not State.WAITING)
    return {account.id: account.name if account.state is State.ACTIVE else "" for account in decided}


def _naming(
    ports: Ports, account_id: str, account: Account | None, like: Sequence[str], firsts: Mapping[Key, Record]
) -> Iterator[Write]:
    """The writes by which the first entries of accounts with names like an account's name it in their turn, and those
    of accounts that had one before do no more. ``account`` is ``None`` if it is gone.
    """
    own = _called([account])
    for key, first in firsts.items():
        theirs, called = alike_in(first), called_in(first)
        rest = [each for each in theirs if each != account_id]
        is_named = key.id.partition("/")[0] in like and len(rest) < MOST_ALIKE
        data = {**first.data, _ALIKE: [*rest, account_id] if is_named else rest}
        if called is not None and _says_who(ports):
            of_rest = {each: name for each, name in called.items() if each != account_id}
            data[_CALLED] = of_rest | (own if is_named else {})
        if is_named != (account_id in theirs) or data.get(_CALLED) != first.data.get(_CALLED):
            yield Replace(replace(first, data=data, version=first.version + 1))


def _says_who(ports: Ports) -> bool:
    """Whether entries say how those alike are called: an older program would lose it."""
    return ports.store.format() >= formats.PERSONAL_DATA


def _look(account: Account) -> str:
    return f"{_LOOK}{skeleton(account.name)[:_LONGEST_WORD]}"


def _wanted(account: Account, profile: Profile | None, most: int) -> list[str]:
    """The words by which an account is found, of its names before those of its address; the last is what it looks
    like.
    """
    if account.state is State.DELETED:
        return []
    called = [account.name, *([profile.content.name, profile.content.sort_name] if profile else ())]
    of_names = list(dict.fromkeys(word for name in called for word in words_of(name)))
    of_address = [word for word in words_of(account.address) if word not in of_names]
    room = max(_NAME_WORDS, MOST_WORDS - len(of_address))
    return [*[*of_names[:room], *of_address][: most - 1], _look(account)]


def _words_in(record: Record) -> Sequence[str]:
    """The words of an account that an entry of it says; a program before ``formats.SEARCH_WORDS`` wrote none."""
    words = record.data.get("words")
    if isinstance(words, Sequence) and not isinstance(words, str):
        return [str(word) for word in words]
    return words_of(record.entry.sort.rpartition("/")[0]) if record.entry else ()


def _count(first: Record) -> int:
    """How many entries an account has at most, by its first one."""
    words = first.data.get("words")
    return len(words) if isinstance(words, Sequence) else _MOST_BEFORE


def _profile(ports: Ports, account: Account) -> Profile | None:
    if account.profile_id is None:
        return None
    record = ports.store.one(profile_records.key(account.profile_id))
    return profile_records.from_record(record) if record else None


def _key(account_id: str, number: int) -> Key:
    return Key("finder", f"{account_id}/{number}")
