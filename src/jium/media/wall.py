"""bubblewrap's command line: what the sandbox's child sees of the machine, which is next to nothing."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import jium
from jium.media.errors import MediaError

# So long a wall may take to stand, and a process behind it to be ready.
START_SECONDS = 30.0


def wall(modules: tuple[Path, ...], files: tuple[Path, ...]) -> list[str]:
    """bubblewrap's command line up to the program. Raises ``MediaError("sandbox_unavailable")``."""
    bwrap = shutil.which("bwrap") or shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin")
    if not bwrap:
        raise MediaError("sandbox_unavailable", "bwrap is not installed")
    return [
        bwrap,
        *("--unshare-user", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *_no_new_namespaces(bwrap),
        *("--uid", "65534", "--gid", "65534", "--hostname", "jail", "--clearenv"),
        *_environment(modules),
        *("--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108 - the child's own, empty
        *_system_folders(),
        *(part for path in (*_program_folders(), *modules, *files) for part in ("--ro-bind", str(path), str(path))),
        *("--remount-ro", "/", "--chdir", "/"),
    ]


@functools.cache
def _no_new_namespaces(bwrap: str) -> tuple[str, ...]:
    """Where this bubblewrap can refuse them (from 0.8 on). Raises ``MediaError("sandbox_unavailable")``."""
    try:
        said = subprocess.run([bwrap, "--help"], capture_output=True, text=True, timeout=START_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise MediaError("sandbox_unavailable", type(problem).__name__) from problem
    return ("--disable-userns",) if "--disable-userns" in said.stdout else ()


def _environment(modules: tuple[Path, ...]) -> list[str]:
    searched = [*map(str, modules), str(_source_root())]
    variables = {
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": ":".join(searched),
        # Each BLAS thread reserves address space, which is limited; one is enough for 64 × 64 products.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        # So does every heap of the C library, and decoders with threads of their own would get one each.
        "MALLOC_ARENA_MAX": "2",
    }
    return [part for name, value in variables.items() for part in ("--setenv", name, value)]


def _source_root() -> Path:
    return Path(jium.__file__).resolve().parent.parent


@functools.cache
def _system_folders() -> tuple[str, ...]:
    """/usr, and the library folders beside it as they are here: links into it or folders."""
    parts = ["--ro-bind", "/usr", "/usr"]
    for name in ("/lib", "/lib64", "/lib32", "/libx32"):
        if os.path.islink(name):
            parts += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            parts += ["--ro-bind", name, name]
    return tuple(parts)


@functools.cache
def _program_folders() -> tuple[Path, ...]:
    """The interpreter, the installed packages and our source, where they are not under /usr already."""
    installed = sysconfig.get_paths()
    wanted = [Path(sys.base_prefix), Path(sys.prefix), Path(installed["purelib"]), Path(installed["platlib"])]
    wanted += [Path(sys.executable).resolve().parent.parent, _source_root() / "jium"]
    kept = [Path("/usr")]
    for path in sorted({*wanted, *(path.resolve() for path in wanted)}):
        if path.is_dir() and path != Path("/") and not any(path.is_relative_to(folder) for folder in kept):
            kept.append(path)
    return tuple(kept[1:])
