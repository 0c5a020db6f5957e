"""The policies that come with the program, one TOML file each; `kunming-2024` lies in `kunming_2024.toml`."""

from __future__ import annotations

from importlib.resources import files

from models.errors import WrongUse
from models.text import T


def builtin_ids() -> list[str]:
    """The ids of the built-in policies, sorted."""
    names = (entry.name for entry in files(__name__).iterdir())
    return sorted(name.removesuffix(".toml").replace("_", "-") for name in names if name.endswith(".toml"))


def builtin_text(policy_id: str) -> str:
    """The file of one built-in policy, as it stands byte for byte. Raises `WrongUse` for an id that is not built in."""
    known = builtin_ids()
    if policy_id not in known:
        raise WrongUse(
            "policy_unknown",
            T("没有内置办法“{policy}”。", policy=policy_id),
            lift=T("内置办法：{known}。", known="、".join(known)),
        )
    return files(__name__).joinpath(f"{policy_id.replace('-', '_')}.toml").read_bytes().decode("utf-8")


def usable_ids() -> list[str]:
    """The ids of the built-in policies in which nothing is open: those that a meeting can follow as they are."""
    from models.policy.load import load_measure, open_parts

    return [one for one in builtin_ids() if not open_parts(load_measure(builtin_text(one), one))]
