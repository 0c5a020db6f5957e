"""Slips: fresh codes for who has no PIN, nobody else's touched, and a file that says what the record did."""

import io
import zipfile

import pytest
from docx import Document
from sqlalchemy import text

from models.enums import Phase
from models.errors import NotPermitted, Refused
from models.queries.audit import verify
from models.services import attendance
from models.services.slips import issue_slips

ADDRESS = "http://192.168.1.20:8000/"


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.SIGNING_IN)


def cells(path):
    table = Document(str(path)).tables[0]
    return ["\n".join(p.text for p in cell.paragraphs) for row in table.rows for cell in row.cells]


def test_a_slip_for_each_seat_without_a_pin_with_a_code_that_works_once(meeting, tmp_path):
    meeting.sign_in("专家2")
    path, slips = issue_slips(meeting.office, meeting.secretary, meeting.id, tmp_path, ADDRESS)
    assert [slip[:2] for slip in slips] == [("专家1", "组长"), ("专家3", "专家"), ("专家4", "专家"), ("专家5", "专家")]
    written = cells(path)
    assert len(written) == 8
    for slip, words, address in zip(slips, written[::2], written[1::2], strict=True):
        assert words.split("\n")[:3] == ["评审会", f"{slip.name}　{slip.role}", slip.code]
        assert len(words.split("\n")) == 7
        assert address.strip() == ADDRESS
    with pytest.raises(NotPermitted):
        attendance.may_sign_in(meeting.office, "专家3", meeting.id, meeting.codes["专家3"])
    for slip in slips:
        attendance.sign_in(meeting.office, slip.name, meeting.id, slip.code, recusals={}, new_pin=meeting.pin)
    attendance.may_sign_in(meeting.office, "专家2", meeting.id, meeting.pin)
    with pytest.raises(Refused) as refused:
        issue_slips(meeting.office, meeting.secretary, meeting.id, tmp_path)
    assert refused.value.code == "no_slips"


def test_the_qr_code_is_the_address_and_no_code_stands_in_the_record(meeting, tmp_path):
    path, slips = issue_slips(meeting.office, meeting.secretary, meeting.id, tmp_path, ADDRESS)
    pictures = [name for name in zipfile.ZipFile(path).namelist() if name.startswith("word/media/")]
    assert len(pictures) == 1
    assert zipfile.ZipFile(path).read(pictures[0])[:4] == b"\x89PNG"
    with meeting.office.database.reading() as connection:
        entry = connection.execute(text("SELECT act, after FROM audit_entry ORDER BY seq DESC LIMIT 1")).one()
    assert entry.act == "seat.slips"
    assert all(slip.name in entry.after for slip in slips)
    assert not any(slip.code in entry.after for slip in slips)
    assert path.stat().st_mode & 0o077 == 0


def test_without_an_address_there_is_no_picture(meeting, tmp_path):
    path, _slips = issue_slips(meeting.office, meeting.secretary, meeting.id, tmp_path)
    package = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    assert [name for name in package.namelist() if "media" in name] == []


def test_a_folder_that_takes_no_file_leaves_every_code_as_it_was(meeting, tmp_path):
    blocked = tmp_path / "一个文件"
    blocked.write_text("")
    with pytest.raises(Refused) as refused:
        issue_slips(meeting.office, meeting.secretary, meeting.id, blocked / "里面")
    assert refused.value.code == "file_not_written"
    attendance.may_sign_in(meeting.office, "专家3", meeting.id, meeting.codes["专家3"])


def test_every_slip_prints_the_head_of_the_chain_and_asks_for_what_the_meeting_wants(meeting, sealed_at, tmp_path):
    sealed = sealed_at(Phase.SIGNING_IN)
    for one, secret in ((meeting, "密码"), (sealed, "口令")):
        path, _slips = issue_slips(one.office, one.secretary, one.id, tmp_path / secret)
        for words in cells(path)[:10:2]:
            assert f"设定自己的{secret}" in words
            assert verify(one.office, words.split("条：")[1]).ok


def test_only_the_secretary_prints_slips(meeting, tmp_path):
    meeting.sign_in("专家1")
    with pytest.raises(NotPermitted):
        issue_slips(meeting.office, meeting.chair, meeting.id, tmp_path)
    assert list(tmp_path.glob("*.docx")) == []
