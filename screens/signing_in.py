"""Signing in at the door: the code and an own secret the first time, the own secret afterwards, the recusal question.

Where marks are sealed the own secret is a phrase, and four words are offered for it; elsewhere it is a PIN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from models.enums import Phase, label
from models.text import T, Text
from screens.sitting_down import SittingDown, elsewhere_words
from screens.steady import OPENING
from screens.widgets.cells import Tone

if TYPE_CHECKING:
    from models.views.people import Actor, DoorMeeting, DoorPerson
    from screens.dialogs.ask import Answers, AskDialog, Field
    from screens.dialogs.recusals import Conflicts
    from screens.sitting_down import Door

LONGEST = 200
"""Characters of an own secret, at most."""


class SigningIn(SittingDown):
    """The part of the door that asks who somebody is."""

    def __init__(self, desk: Door) -> None:
        super().__init__(desk)
        self._unstored: dict[tuple[str, str], Conflicts] = {}
        """Answers to the recusal question that are not stored, by meeting and name: they stand there the next time."""

    def ask_secret(self, person: DoorPerson, meeting: DoorMeeting | None) -> None:
        """Ask for the own phrase or PIN of who has signed in before."""
        from screens.dialogs.ask import AskDialog, Field

        word = T("口令") if person.phrase else T("密码")

        def wrong(answers: Mapping[str, str]) -> Text | None:  # an Enter too many is no wrong try
            return None if answers["pin"] else T("请输入{secret}。", secret=word)

        hint = str(T("汉字、拼音都行")) if person.phrase else ""
        fields = (Field("pin", str(word), secret=True, longest=LONGEST, hint=hint),)
        title = T("{name}（{role}）签到", name=person.name, role=label(person.role))
        elsewhere = person.presence if person.presence is not None and person.presence.here else None
        about = elsewhere_words(elsewhere) if elsewhere is not None and not self.is_here(person.name) else ""
        dialog = AskDialog(title, fields, about=about, check=wrong)
        self.ask(dialog, lambda a: self.authenticated(person, meeting, a["pin"], None))

    def ask_code(self, person: DoorPerson, meeting: DoorMeeting | None) -> None:
        """Ask for the printed code, and let an own secret be set: which one depends on whether marks are sealed."""
        from models.services.keys import offered_phrase

        if not person.office and meeting is not None and meeting.phase is Phase.PREPARING:
            self.say(T("评审会还在筹备，签到开始后再用验证码签到。"), Tone.WARNING)
            return
        where = meeting.id if meeting is not None and not person.office else None
        self.read(
            lambda: offered_phrase(self.desk.office, where),
            lambda words: self._ask_code(person, meeting, words),
            OPENING,
        )

    def _ask_code(self, person: DoorPerson, meeting: DoorMeeting | None, words: tuple[str, ...] | None) -> None:
        from screens.dialogs.ask import Field

        fields = (Field("code", str(T("验证码")), hint=str(T("秘书发放，如 7KQM-4XZP")), longest=20, fleeting=True),)
        title = T("{name}（{role}）首次签到", name=person.name, role=label(person.role))
        own = T("自己的密码") if words is None else T("自己的口令")
        about = T("验证码只用一次，以后凭{own}签到。", own=own)
        self.ask(
            _new_secret_dialog(title, fields, about, words),
            lambda a: self.authenticated(person, meeting, a["code"], a["pin"]),
        )

    def authenticated(self, person: DoorPerson, meeting: DoorMeeting | None, secret: str, new_pin: str | None) -> None:
        """Check the secret, then ask the recusal question of who has a seat and has not answered it yet."""
        from models.services import attendance, office

        def check() -> Actor:
            if person.office and person.fresh:
                return office.user_sign_in(self.desk.office, person.name, secret, new_pin or "")
            if meeting is not None and any(p.name == person.name for p in meeting.people):
                return attendance.may_sign_in(self.desk.office, person.name, meeting.id, secret)
            return office.authenticate(self.desk.office, person.name, secret)

        def checked(actor: Actor) -> None:
            seated = meeting is not None and any(p.name == person.name for p in meeting.people)
            new_code = person.fresh and not person.office
            if meeting is None or not seated or meeting.phase is Phase.PREPARING:
                self.take_desk(actor, meeting)
            elif person.signed_in and new_code:  # the question was answered; the code is still to be used up
                self._sign_in(actor, meeting, secret, new_pin, {})
            elif person.signed_in:
                self.take_desk(actor, meeting)
            else:
                own = new_pin if person.office and person.fresh else secret
                self._ask_recusals(actor, meeting, own or secret, new_pin)

        self.write(check, checked)

    def _ask_recusals(self, actor: Actor, meeting: DoorMeeting, secret: str, new_pin: str | None) -> None:
        from models.queries.applications import roster
        from screens.dialogs.recusals import RecusalDialog

        answered = self._unstored.get((meeting.id, actor.name))
        self.read(
            lambda: roster(self.desk.office, actor, meeting=meeting.id),
            lambda lines: self.ask(
                RecusalDialog(lines, answered),
                lambda conflicts: self._sign_in(actor, meeting, secret, new_pin, conflicts),
            ),
            "recusals",
        )

    def _sign_in(
        self, actor: Actor, meeting: DoorMeeting, secret: str, new_pin: str | None, conflicts: Conflicts
    ) -> None:
        from models.services import attendance

        self._unstored[meeting.id, actor.name] = conflicts

        def signed_in(signed: Actor) -> None:
            self._unstored.pop((meeting.id, actor.name), None)
            self.take_desk(signed, meeting)

        self.write(
            lambda: attendance.sign_in(
                self.desk.office, actor.name, meeting.id, secret, recusals=conflicts, new_pin=new_pin
            ),
            signed_in,
            T("{name}已签到。", name=actor.name),
        )

    def action_new_phrase(self) -> None:
        """Put another phrase in place of the own one; the keys stay."""
        from models.phrases import new_phrase

        actor = self.desk.actor
        if actor is None or actor.keys is None:
            self.say(T("先凭口令签到，才能换口令。"), Tone.WARNING)
        elif self.door.known_secret(actor.name, self.desk.meeting) is not None:
            self.say(T("这里的口令不必打，也不换。"), Tone.WARNING)
        else:
            self.read(new_phrase, lambda words: self._ask_new_phrase(actor, words), OPENING)

    def _ask_new_phrase(self, actor: Actor, words: tuple[str, ...]) -> None:
        from models.services.keys import change_phrase
        from screens.dialogs.ask import Field
        from screens.dialogs.phrase import PhraseDialog

        fields = (Field("old", str(T("现在的口令")), secret=True, longest=LONGEST),)
        about = T("密钥不变：已交的和没交的评分表都还打得开，密钥信封也照旧。")
        self.ask(
            PhraseDialog(T("{name}换口令", name=actor.name), words, fields, about=about),
            lambda a: self.write(
                lambda: change_phrase(self.desk.office, actor, a["old"], a["pin"]), saying=T("口令已换，以后用新的。")
            ),
        )

    # The first person of a new database

    def ask_founder(self) -> None:
        """Ask by which measure a new database works and who founds it; then for the own secret that goes with it."""
        from screens.dialogs.ask import AskDialog, Field

        policies = self.door.policies()
        fields = (
            Field("policy", str(T("办法")), policies[0]),
            Field("name", str(T("秘书姓名")), longest=60),
        )
        about = T("建立一个新的数据库，您是第一位可以增加人员的秘书。内置办法：{known}。", known="、".join(policies))

        def secret_of(founder: Answers) -> None:
            self.read(
                lambda: self.door.founding_phrase(founder["policy"]),
                lambda words: self._ask_founding_secret(founder, words),
                OPENING,
            )

        self.ask(AskDialog(T("建立数据库"), fields, about=about), secret_of)

    def _ask_founding_secret(self, founder: Answers, words: tuple[str, ...] | None) -> None:
        def create(answers: Answers) -> None:
            self.write(
                lambda: self.door.found(founder["policy"], founder["name"], answers["pin"]),
                lambda _done: self.refill(),
                T("数据库已建立，请在右栏选本人姓名签到。"),
            )

        title = T("建立数据库：{name}", name=founder["name"])
        about = T("您以后凭自己的密码签到。") if words is None else T("分数加密封存，您以后凭自己的口令签到。")
        self.ask(_new_secret_dialog(title, (), about, words), create)


def _new_secret_dialog(title: Text, fields: Sequence[Field], about: Text, words: tuple[str, ...] | None) -> AskDialog:
    """Ask for these fields and for a new own secret, as `pin`: a phrase where words are offered, else a PIN."""
    from models.services.keys import check_pin
    from models.services.secrets import plain_pin
    from screens.dialogs.ask import AskDialog, Field
    from screens.dialogs.phrase import PhraseDialog

    if words is not None:
        return PhraseDialog(title, words, fields, about=about)

    def wrong(answers: Mapping[str, str]) -> Text | None:
        check_pin(answers["pin"])
        return None if plain_pin(answers["pin"]) == plain_pin(answers["again"]) else T("两次输入的密码不同。")

    pin = (
        Field("pin", str(T("新密码")), secret=True, longest=64, hint=str(T("至少 6 位，自己记住"))),
        Field("again", str(T("再输一次")), secret=True, longest=64),
    )
    return AskDialog(title, (*fields, *pin), about=about, check=wrong)
