"""What the minutes tell of conflicts found and of paper sheets keyed by the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.documents.wording import moment
from models.enums import chinese
from models.views.minutes import MinutesView


def recused(view: MinutesView) -> dict[str, Any]:
    """The values of the template about recusals, declared and found, and about what was found to be none."""
    return {
        "recusals": [
            {
                "name": one.name,
                "no": one.no,
                "enterprise": one.enterprise,
                "ground": chinese(one.ground),
                "reason": one.reason,
                "by": "本人" if one.declared_by == one.name else one.declared_by,
                "at": moment(one.at),
                "how": "申报" if one.declared_by == one.name else "登记",
                "voided": one.voided,
            }
            for one in view.recusals
        ],
        "dismissals": [
            {
                "name": one.name,
                "no": one.no,
                "enterprise": one.enterprise,
                "clues": "、".join(chinese(clue) for clue in one.clues) or "有其他关联线索",
                "by": one.by,
                "at": moment(one.at),
                "reason": one.reason,
            }
            for one in view.dismissals
        ],
    }


def keyed(view: MinutesView, names: Mapping[str, str]) -> dict[str, Any]:
    """The values of the template about paper sheets: who keyed them, where two differed, what never came in."""
    return {
        "paper": [
            {
                "keyers": "、".join(one.keyers),
                "double": len(one.keyers) > 1,
                "sheets": "；".join(f"{expert}（{'、'.join(nos)}）" for expert, nos in one.sheets.items()),
                "count": sum(map(len, one.sheets.values())),
            }
            for one in view.paper
        ],
        "rekeyed": [
            {
                "expert": one.expert,
                "no": one.no,
                "enterprise": names[one.no],
                "by": one.by,
                "other": one.other,
                "places": "、".join(one.places),
                "at": moment(one.at),
            }
            for one in view.rekeyed
        ],
        "lapsed": [
            {
                "expert": one.expert,
                "no": one.no,
                "enterprise": names[one.no],
                "by": "、".join(one.by),
                "twice": len(one.by) > 1,
            }
            for one in view.lapsed
        ],
    }
