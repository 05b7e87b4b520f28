import gc
import platform

from playground.allocator import keep_freed_memory, settle_what_stays


def test_glibc_takes_the_settings() -> None:
    assert keep_freed_memory() is (platform.libc_ver()[0] == "glibc")


def test_what_stays_is_not_looked_at_again() -> None:
    try:
        settle_what_stays()
        assert gc.get_freeze_count() > 10_000
        assert len(gc.get_objects()) < 10_000
    finally:
        gc.unfreeze()
