"""Cron expressions: five fields, in UTC, to the minute.

`minute hour day-of-month month day-of-week`, each `*`, a value, a range `a-b`, a list of these, or any of
these with a step `/n`; months as numbers or names (`JAN`). `L` and `LW` are the last day and the last weekday
of a month. Days of the week are names (`MON`, `MON-FRI`, `FRI#2` for the second Friday, `FRIL` for the last
one): their numbers are refused, because Sunday is 1 to Cloudflare and 0 to most others. Where day-of-month
and day-of-week are both given and neither begins with `*`, either will do.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from cronsim import CronSim, CronSimError

from playground.core.errors import WorkflowError

_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAY: Final = "|".join(_DAYS)
_WEEKDAY: Final = re.compile(rf"(?:\*|(?:{_DAY})(?:-(?:{_DAY})|#[1-5]|L)?)(?:/[0-9]{{1,2}})?\Z")
_LAST: Final = re.compile(rf"({_DAY})L")
_LONGEST: Final = 200
_FIELDS: Final = 5


class Cron:
    """A parsed expression. Raises `WorkflowError` for what is none."""

    def __init__(self, expression: object) -> None:
        self.text = " ".join(expression.split()) if isinstance(expression, str) else ""
        fields = self.text.upper().split()
        if len(fields) != _FIELDS or len(self.text) > _LONGEST or not self.text.isascii():
            raise _bad(expression, "it has five fields: minute hour day-of-month month day-of-week")
        if not all(map(_WEEKDAY.match, fields[-1].split(","))):
            raise _bad(expression, "days of the week are * or names (MON, MON-FRI, FRI#2, FRIL)")
        fields[-1] = _LAST.sub(lambda match: f"{_DAYS.index(match[1])}L", fields[-1])
        self._fields = " ".join(fields)
        try:
            CronSim(self._fields, datetime(2000, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            raise _bad(expression, str(error)) from None

    def after(self, time: int) -> int | None:
        """The first moment later than `time`, epoch ms; None where there is none within 50 years."""
        moment = next(CronSim(self._fields, _moment(time)), None)
        return _milliseconds(moment) if moment is not None else None

    def latest(self, time: int) -> int | None:
        """The last moment that is not later than `time`, epoch ms."""
        before = _moment(time) + timedelta(seconds=1)
        moment = next(CronSim(self._fields, before, reverse=True), None)
        return _milliseconds(moment) if moment is not None else None


def _bad(expression: object, why: str) -> WorkflowError:
    return WorkflowError(f"schedule: {str(expression)[:_LONGEST]!r} is no cron expression: {why}")


def _moment(time: int) -> datetime:
    return datetime.fromtimestamp(time // 1000, UTC)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000
