"""The page's sheets: what would make long lists slow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEETS = sorted((Path(__file__).parents[3] / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_no_rule_is_about_whatever_comes_behind(sheet: Path) -> None:
    # one such rule anywhere has browsers compute a whole list anew, with all that is in it, for each new row
    found = re.findall(r"^.*[^(\s]\s*[+~]\s*(?:\*|:not\().*[{,]$", sheet.read_text("utf-8"), re.MULTILINE)
    assert found == []
