/* Time and randomness, which come from the host. */
#include "guest.h"

#include <string.h>

static double frozen_ms;
static bool frozen;

/* What JavaScript's clock says from now on. */
void freeze_time(double ms)
{
    frozen_ms = ms;
    frozen = true;
}

void unfreeze_time(void)
{
    frozen = false;
}

/* What the C library would import from a system: the time, in ns. */
int32_t __imported_wasi_snapshot_preview1_clock_time_get(int32_t clock, int64_t precision, int32_t into)
{
    (void)clock, (void)precision;
    double ms = frozen ? frozen_ms : *(volatile double *)&exchange.now_ms;
    const uint64_t whole = (uint64_t)ms; /* a double of ns would be off by hundreds, also below the ms */
    *(uint64_t *)(uintptr_t)into = whole * 1000000 + (uint64_t)((ms - (double)whole) * 1e6);
    return 0;
}

/* Fill `into` with what nobody can guess: from the pool, or by waiting for the host, which looks after every slice
   of a turn. */
void fill_random(uint8_t *into, size_t size)
{
    if (size <= exchange.pool_left) {
        exchange.pool_left -= size;
        memcpy(into, exchange.pool + exchange.pool_left, size);
        memset(exchange.pool + exchange.pool_left, 0, size);
        return;
    }
    exchange.random = (uint32_t)(uintptr_t)into;
    *(volatile uint32_t *)&exchange.random_size = (uint32_t)size;
    while (*(volatile uint32_t *)&exchange.random_size) {
    }
}
