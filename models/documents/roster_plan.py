"""What a roster would change: which rows are new, which are updates, and what contradicts what is already there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from models.documents.cells import Value
from models.documents.roster_columns import FREE
from models.documents.roster_in import Roster, RosterRow
from models.errors import BadInput, Fault
from models.text import T, Text

Identity = tuple[Value, Value]
"""Credit code and track: one application each in a batch."""

ENTERPRISE = ("enterprise", "size")
"""Columns that belong to the enterprise, whichever application they stand with."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An application of the batch as it is recorded: values by column key, other columns by heading.

    `frozen`: its meeting has left preparing; `meeting` None: it is in none.
    """

    id: int
    no: str
    values: Mapping[str, Value]
    notes: Mapping[str, str]
    meeting: str | None
    frozen: bool

    @property
    def identity(self) -> Identity:
        """What it is in its batch."""
        return self.values["uscc"], self.values["track"]


@dataclass(frozen=True)
class KnownEnterprise:
    """An enterprise's recorded name and size; `frozen`: a meeting between preparing and archived decides on it."""

    values: Mapping[str, Value]
    frozen: bool


@dataclass(frozen=True)
class Known:
    """What exists before a roster is taken: the batch's applications, other batches' numbers, all enterprises."""

    batch: str
    applications: tuple[Recorded, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    enterprises: Mapping[str, KnownEnterprise] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A recorded value that a roster changes, old and new as a roster writes them."""

    no: str
    field: Text
    old: str
    new: str


@dataclass(frozen=True)
class Update:
    """A row that changes a recorded application: the keys that differ, and the notes as they will be."""

    recorded: Recorded
    row: RosterRow
    keys: tuple[str, ...]
    notes: Mapping[str, str]


@dataclass(frozen=True)
class RosterPlan:
    """What a roster does: new applications with their numbers, updates, and how many rows change nothing.

    `enterprises` are new and changed ones by credit code (name, size).
    """

    added: tuple[tuple[str, RosterRow], ...]
    updated: tuple[Update, ...]
    unchanged: int
    enterprises: Mapping[str, tuple[str, str]]
    changes: tuple[Change, ...]


def plan_roster(roster: Roster, known: Known, per_enterprise: int | None) -> RosterPlan:
    """Compare a roster with what is recorded. Raises `BadInput` with every fault, those of the file included."""
    planner = _Planner(roster, known)
    planner.match()
    planner.limit(per_enterprise)
    faults = [*roster.faults, *planner.faults]
    if faults:
        raise BadInput(sorted(faults, key=lambda fault: fault.row or 0))
    return planner.plan()


class _Planner:
    """Goes through the rows once, remembering what it has seen; every contradiction becomes a fault."""

    def __init__(self, roster: Roster, known: Known) -> None:
        self.roster = roster
        self.known = known
        self.faults: list[Fault] = []
        self.targets: list[tuple[RosterRow, Recorded | None]] = []
        self._by_no: dict[Value, Recorded] = {recorded.no: recorded for recorded in known.applications}
        self._by_identity = {recorded.identity: recorded for recorded in known.applications}
        self._seen_no: dict[Value, int] = {}
        self._seen_identity: dict[Identity, int] = {}
        self._seen_enterprise: dict[Value, RosterRow] = {}

    def match(self) -> None:
        """Find what each row is about; rows whose identity can't be read are already faults."""
        for row in self.roster.rows:
            values = row.values
            no, identity = values.get("no", ""), (values.get("uscc"), values.get("track"))
            if no is None or None in identity:
                continue
            recorded = self._by_no.get(no) if no else self._by_identity.get(identity)
            if self._is_first(row, recorded.no if recorded else no, identity):
                self._check_target(row, recorded, identity)
                self._check_enterprise(row, recorded)
                self.targets.append((row, recorded))

    def limit(self, per_enterprise: int | None) -> None:
        """Fault the rows above the policy's number of applications of one enterprise in a batch."""
        if per_enterprise is None:
            return
        count = Counter(recorded.values["uscc"] for recorded in self.known.applications)
        for row, recorded in self.targets:
            if recorded is not None:
                continue
            uscc = row.values["uscc"]
            count[uscc] += 1
            if count[uscc] > per_enterprise:
                self._fault(row, "uscc", T("每家企业每批次最多 {most} 项申报", most=per_enterprise))

    def plan(self) -> RosterPlan:
        """The plan, once nothing is wrong."""
        numbers = self._free_numbers()
        added: list[tuple[str, RosterRow]] = []
        updated: list[Update] = []
        enterprises: dict[str, tuple[str, str]] = {}
        changes: list[Change] = []
        for row, recorded in self.targets:
            no = recorded.no if recorded else str(row.values.get("no") or next(numbers))
            uscc = str(row.values["uscc"])
            before = self.known.enterprises.get(uscc)
            renamed = [key for key in ENTERPRISE if before is None or before.values[key] != row.values[key]]
            if renamed:
                enterprises[uscc] = (str(row.values["enterprise"]), str(row.values["size"]))
            if recorded is None:
                added.append((no, row))
                if before is not None:
                    changes += self._changes(no, before.values, row.values, renamed)
                continue
            update = _update(row, recorded)
            if update is not None:
                updated.append(update)
                changes += self._changes(no, recorded.values, row.values, update.keys)
                changes += _note_changes(no, recorded.notes, row.notes)
        unchanged = len(self.targets) - len(added) - len(updated)
        return RosterPlan(tuple(added), tuple(updated), unchanged, enterprises, tuple(changes))

    def _is_first(self, row: RosterRow, no: Value, identity: Identity) -> bool:
        """Remember a row; False, with a fault, if it is about an application that another row is about."""
        first_no = self._seen_no.setdefault(no, row.number) if no else row.number
        first = min(first_no, self._seen_identity.setdefault(identity, row.number))
        if first == row.number:
            return True
        if first_no != row.number and row.values.get("no"):
            self._fault(row, "no", T("每个申报编号只有一行（第 {row} 行已有）", row=first_no))
        else:
            self._fault(row, "uscc", T("每家企业每个支持方向只有一行（第 {row} 行已有）", row=first))
        return False

    def _check_target(self, row: RosterRow, recorded: Recorded | None, identity: Identity) -> None:
        same = self._by_identity.get(identity)
        if recorded is None:
            no = str(row.values.get("no"))
            if same is not None:
                self._fault(row, "no", T("{no}：该企业此支持方向已有的申报编号", no=same.no))
            elif no in self.known.elsewhere:
                self._fault(row, "no", T("未用过的编号（批次 {batch} 已用）", batch=self.known.elsewhere[no]))
            return
        uscc, track = recorded.identity
        if row.values["uscc"] != uscc:
            self._fault(row, "uscc", T("{uscc}：{no} 登记的企业", uscc=uscc, no=recorded.no))
        elif row.values["track"] != track and same is not None:
            self._fault(row, "track", T("未申报过的支持方向（该企业此方向已有 {no}）", no=same.no))
        elif row.values["track"] != track and recorded.meeting is not None:
            written = self.roster.columns["track"].written(track)
            self._fault(row, "track", T("{track}：{no} 已列入评审会，不能改方向", track=written, no=recorded.no))
        elif recorded.frozen:
            self._check_frozen(row, recorded)

    def _check_frozen(self, row: RosterRow, recorded: Recorded) -> None:
        wanted = T("与登记一致：评审会已开始，只能改联系人、联系电话和备注")
        for key in _differences(row, recorded):
            if key not in FREE:
                self._fault(row, key, wanted)
        for change in _note_changes(recorded.no, recorded.notes, row.notes):
            self.faults.append(self.roster.table.fault(row.number, str(change.field), change.new, wanted))

    def _check_enterprise(self, row: RosterRow, recorded: Recorded | None) -> None:
        """An enterprise has one name and one size: in the file, and where a meeting is deciding on it, as recorded."""
        first = self._seen_enterprise.setdefault(row.values["uscc"], row)
        known = None if recorded and recorded.frozen else self.known.enterprises.get(str(row.values["uscc"]))
        if first is row and known is None:
            return
        for key in ENTERPRISE:
            value = row.values.get(key)
            if value is None:
                continue
            if first.values.get(key) not in (None, value):
                wanted = T("{value}：同一信用代码在第 {row} 行所填", value=self._written(key, first), row=first.number)
                self._fault(row, key, wanted)
            if known is not None and known.frozen and known.values[key] != value:
                self._fault(row, key, T("与登记一致：该企业的申报正在评审"))

    def _changes(
        self, no: str, old: Mapping[str, Value], new: Mapping[str, Value], keys: Iterable[str]
    ) -> Iterator[Change]:
        for key in keys:
            column = self.roster.columns[key]
            yield Change(no, Text(column.heading), column.written(old[key]), column.written(new[key]))

    def _free_numbers(self) -> Iterator[str]:
        """BATCH-001 and on, leaving out every number that is used already or stands in this file."""
        used = {*self._by_no, *self.known.elsewhere, *(row.values.get("no") for row in self.roster.rows)}
        number = 0
        while True:
            number += 1
            if (no := f"{self.known.batch}-{number:03d}") not in used:
                yield no

    def _written(self, key: str, row: RosterRow) -> str:
        return self.roster.columns[key].written(row.values[key])

    def _fault(self, row: RosterRow, key: str, wanted: Text) -> None:
        column = self.roster.columns[key]
        seen = column.written(row.values[key])
        self.faults.append(self.roster.table.fault(row.number, column, seen, wanted))


def _differences(row: RosterRow, recorded: Recorded) -> Iterator[str]:
    """Keys of the columns that the row has and that differ from what is recorded."""
    return (key for key, value in row.values.items() if key != "no" and value != recorded.values[key])


def _update(row: RosterRow, recorded: Recorded) -> Update | None:
    keys = tuple(_differences(row, recorded))
    notes = written_notes({**recorded.notes, **row.notes})
    return Update(recorded, row, keys, notes) if keys or notes != recorded.notes else None


def written_notes(notes: Mapping[str, str]) -> dict[str, str]:
    """The notes that say something."""
    return {heading: text for heading, text in notes.items() if text}


def _note_changes(no: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for heading, value in new.items():
        if old.get(heading, "") != value:
            yield Change(no, T("{column}", column=heading), old.get(heading, ""), value)
