"""`queries.audit`: what verification finds, and what it doesn't tell."""

import json

import pytest
from sqlalchemy import text

from models.enums import Phase
from models.errors import NotPermitted
from models.queries.audit import trail, verify
from models.rules.digest import canonical, entry_hash, text_digest
from models.services import scoring


@pytest.fixture
def meeting(meeting_at):
    meeting = meeting_at(Phase.FINALISED)
    meeting.sign()
    return meeting


def found(meeting, head=None):
    result = verify(meeting.office, head)
    assert result.ok == (not result.findings)
    return sorted({finding.code for finding in result.findings})


def test_an_untouched_record_verifies_with_its_head(meeting):
    result = verify(meeting.office)
    assert result.ok
    assert found(meeting, result.head) == []
    assert found(meeting, result.head[:8].upper()) == []
    newest = trail(meeting.office, meeting.supervisor, None, newest=1)[0]
    assert (newest.hash, newest.seq) == (result.head, result.entries)


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("UPDATE mark SET value_milli = value_milli + 500 WHERE sheet_id = 1 AND criterion_id = 1", ["sheet_changed"]),
        ("DELETE FROM mark WHERE sheet_id = 1 AND criterion_id = 3", ["sheet_changed"]),
        ("UPDATE score_sheet SET state = 'draft' WHERE id = 2", ["sheet_changed"]),
        ("UPDATE score_sheet SET total_micro = total_micro + 1 WHERE id = 2", ["total_changed"]),
        ("DELETE FROM score_sheet WHERE id = 4", ["sheet_missing"]),
        (
            "UPDATE award SET amount_fen = amount_fen + 100 WHERE application_id = 1",
            ["amount_unfounded", "list_changed", "signature_wrong"],
        ),
        ("UPDATE award SET claim = replace(claim, '60', '61') WHERE application_id = 1", ["claims_changed"]),
        ("DELETE FROM award WHERE application_id = 1", ["claims_changed", "list_changed", "signature_wrong"]),
        ("UPDATE signature SET digest = 'x' WHERE role = 'chair'", ["signature_wrong"]),
        ("UPDATE allocation_item SET amount_fen = 1 WHERE application_id = 2", ["allocation_changed"]),
        ("UPDATE allocation_item SET outcome = 'proposed' WHERE outcome = 'alternate'", ["allocation_changed"]),
        ("UPDATE policy SET text = text || ' '", ["policy_changed"]),
        ("UPDATE audit_entry SET actor = '别人' WHERE seq = 7", ["entry_changed"]),
        ("UPDATE audit_entry SET after = '{}' WHERE seq = 12", ["entry_changed"]),
        ("UPDATE audit_entry SET refused = 'x' WHERE act = 'seat.add' AND object = '专家3'", ["entry_changed"]),
        ("DELETE FROM audit_entry WHERE seq = 9", ["chain_broken", "entry_missing"]),
        ("UPDATE audit_head SET seq = seq - 1", ["head_wrong"]),
    ],
)
def test_tampering_is_found_and_said_in_the_words_of_what_was_tampered_with(meeting, statement, codes):
    """That every change of every row is found, whatever the row, is held by `tests/seal`."""
    meeting.tamper(statement)
    assert [code for code in found(meeting) if not code.startswith("row_")] == codes


def test_a_list_changed_with_its_digest_and_signatures_is_found(meeting):
    """Who can compute digests still cannot change what the chain says of the list."""
    with meeting.office.database.reading() as connection:
        awards = connection.exec_driver_sql(
            "SELECT a.no, w.amount_fen, w.sources FROM award w JOIN application a ON a.id = w.application_id "
            "ORDER BY a.no"
        ).all()
    held = [[no, fen + 100 if no == meeting.no(1) else fen, json.loads(sources)] for no, fen, sources in awards]
    digest = text_digest(canonical([meeting.id, 1, "selection", held]))
    meeting.tamper(
        f"UPDATE award SET amount_fen = amount_fen + 100 WHERE application_id = "
        f"(SELECT id FROM application WHERE no = '{meeting.no(1)}')",
        f"UPDATE award_list SET digest = '{digest}'",
        f"UPDATE signature SET digest = '{digest}'",
    )
    assert found(meeting) == ["amount_unfounded", "list_changed", "row_changed"]


def test_an_inserted_entry_is_found(meeting):
    columns = "at, actor, role, meeting_id, act, object, before, after, refused, previous, hash"
    meeting.tamper(
        "UPDATE audit_entry SET seq = -seq - 1 WHERE seq > 20",
        "UPDATE audit_entry SET seq = -seq WHERE seq < 0",
        f"INSERT INTO audit_entry (seq, {columns}) SELECT 21, {columns} FROM audit_entry WHERE seq = 20",
        "UPDATE audit_head SET seq = seq + 1",
    )
    assert found(meeting) == ["chain_broken", "entry_changed"]


def test_a_cut_tail_is_found_by_a_head_noted_elsewhere(meeting):
    """A tail of acts that left nothing else behind, cut off with the head put right: only the noted head tells."""
    with pytest.raises(NotPermitted):
        scoring.enter_marks(meeting.office, meeting.secretary, meeting.id, meeting.no(1), {})
    noted = verify(meeting.office).head
    assert found(meeting, noted) == []
    meeting.tamper(
        "DELETE FROM audit_entry WHERE seq = (SELECT seq FROM audit_head)",
        "UPDATE audit_head SET seq = seq - 1, hash = (SELECT hash FROM audit_entry ORDER BY seq DESC LIMIT 1)",
    )
    assert found(meeting) == []
    assert found(meeting, noted) == ["head_unknown"]


def test_a_chain_made_anew_is_found_by_a_head_noted_elsewhere(meeting):
    """Somebody rewrites an entry and all that follow with right hashes; the head noted before is not in that chain."""
    noted = verify(meeting.office).head
    names = ("seq", "at", "actor", "role", "meeting_id", "act", "object", "before", "after", "refused")
    with meeting.office.database.writing() as connection:
        rows = connection.execute(text(f"SELECT {', '.join(names)} FROM audit_entry ORDER BY seq")).all()
        previous = "0" * 64
        for row in rows:
            fields = [
                ("别人" if name == "actor" and row[0] == 5 else value) for name, value in zip(names, row, strict=True)
            ]
            hashed = entry_hash(previous, fields)
            connection.execute(
                text("UPDATE audit_entry SET actor = :actor, previous = :previous, hash = :hash WHERE seq = :seq"),
                {"actor": fields[2], "previous": previous, "hash": hashed, "seq": row[0]},
            )
            previous = hashed
        connection.execute(text("UPDATE audit_head SET hash = :hash"), {"hash": previous})
    assert found(meeting) == []
    assert found(meeting, noted) == ["head_unknown"]


def test_the_trail_is_for_office_and_chair(meeting):
    for actor in (meeting.secretary, meeting.chair, meeting.finance, meeting.supervisor):
        assert trail(meeting.office, actor, meeting.id, newest=3)[0].act == "awards.sign"
    for actor in (meeting.deputy, meeting.expert(3)):
        with pytest.raises(NotPermitted):
            trail(meeting.office, actor, meeting.id)
