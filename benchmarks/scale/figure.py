"""One thing that was measured, and what it was to be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is in `unit`; the aim, where there is one, is to be `at_most` or `at_least` that."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the aim was met; None without one."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return self.value >= self.at_least if self.at_least is not None else None

    def as_json(self) -> dict[str, Any]:
        bound = self.at_most if self.at_most is not None else self.at_least
        aim = ""
        if bound is not None:
            aim = f"{'≤' if self.at_most is not None else '≥'} {shown(bound, self.unit)}"
        return asdict(self) | {"met": self.met, "shown": shown(self.value, self.unit), "aim": aim}


def shown(value: float, unit: str) -> str:
    """The value with as many digits as say something."""
    digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}{unit if unit.startswith('/') else f' {unit}' if unit else ''}"
