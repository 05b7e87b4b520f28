"""Who has something to itself, and who has company."""

from __future__ import annotations

from playground.core.company import Company


def test_one_alone_has_no_company() -> None:
    company = Company(0.5)
    assert not company.at(0.0)
    for now in (0.0, 0.1, 0.2):
        company.seen("a", now)
        assert not company.at(now)


def test_two_have_company_until_one_was_alone_for_long_enough() -> None:
    company = Company(0.5)
    company.seen("a", 0.0)
    company.seen("b", 1.0)
    assert company.at(1.0)
    company.seen("b", 1.4)
    assert company.at(1.49)
    assert not company.at(1.5)
    company.seen("a", 2.0)
    assert company.at(2.4)
