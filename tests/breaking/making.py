"""Words for what is made on the ground of an attack: files, links, devices, damage."""

from __future__ import annotations

import json
import os
import random
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .catalogue import Make
from .ground import Ground


def file(name: str, content: str | bytes = "") -> Make:
    """A file with this content."""

    def make(ground: Ground) -> None:
        path = ground.at(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        cleared(path)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape"))

    return make


def folder(name: str) -> Make:
    """An empty folder."""

    def make(ground: Ground) -> None:
        cleared(ground.at(name))
        ground.at(name).mkdir(parents=True)

    return make


def link(name: str, target: str) -> Make:
    """A link; a target with {root} is on this ground."""

    def make(ground: Ground) -> None:
        path = ground.at(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        cleared(path)
        path.symlink_to(target.replace("{root}", str(ground.root)))

    return make


def hard_link(name: str, target: str) -> Make:
    """A second name for a file."""

    def make(ground: Ground) -> None:
        cleared(ground.at(name))
        os.link(ground.at(target), ground.at(name))

    return make


def fifo(name: str) -> Make:
    """A pipe with a name, to which nobody writes."""

    def make(ground: Ground) -> None:
        cleared(ground.at(name))
        os.mkfifo(ground.at(name))

    return make


def listening(name: str) -> Make:
    """A socket in the file system."""

    def make(ground: Ground) -> None:
        path = ground.at(name)
        cleared(path)
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path is short
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(path.name)
        finally:
            os.chdir(here)

    return make


def finished(name: str = "out", job: str = "") -> Make:
    """A results folder as an undisturbed run leaves it."""
    return lambda ground: ground.finished(name, job)


def sparse(name: str, size: int, head: bytes = b"") -> Make:
    """A file of an enormous size that takes no room."""

    def make(ground: Ground) -> None:
        cleared(ground.at(name))
        with ground.at(name).open("wb") as made:
            made.write(head)
            made.truncate(size)

    return make


def mode(name: str, bits: int) -> Make:
    """Who may do what with it."""
    return lambda ground: ground.at(name).chmod(bits)


def all_files(name: str, bits: int, folders: int) -> Make:
    """The same for all that is in a folder, and the folder."""

    def make(ground: Ground) -> None:
        top = ground.at(name)
        for path in sorted(top.rglob("*"), reverse=True):
            path.chmod(folders if path.is_dir() else bits)
        top.chmod(folders)

    return make


def harmed(name: str, how: Callable[[bytes], bytes]) -> Make:
    """A file with its bytes changed. A name with * is the first of that pattern."""

    def make(ground: Ground) -> None:
        path = one_of(ground, name)
        path.write_bytes(how(path.read_bytes()))

    return make


def one_of(ground: Ground, name: str) -> Path:
    """A path on the ground; of a pattern the first that is there."""
    if "*" not in name:
        return ground.at(name)
    top, _, pattern = name.partition("/")
    found = sorted(ground.at(top).glob(pattern))
    assert found, f"there is no {name}"
    return found[0]


def lost(name: str) -> Make:
    """A file, link or folder removed."""
    return lambda ground: cleared(one_of(ground, name))


def moved(name: str, other: str) -> Make:
    """Something under another name."""

    def make(ground: Ground) -> None:
        path = one_of(ground, name)
        path.rename(ground.at(other) if "/" in other else path.with_name(path.name + other))

    return make


def exchanged(name: str, other: str) -> Make:
    """Two files, each with what was in the other."""

    def make(ground: Ground) -> None:
        one, two = one_of(ground, name), one_of(ground, other)
        first, second = one.read_bytes(), two.read_bytes()
        one.write_bytes(second)
        two.write_bytes(first)

    return make


def said(name: str, change: Callable[[dict[str, Any]], Any]) -> Make:
    """A JSON file with something changed in its object; what ``change`` returns, if anything, is in its place."""

    def make(ground: Ground) -> None:
        path = one_of(ground, name)
        content = json.loads(path.read_bytes())
        changed = change(content)
        text = changed if isinstance(changed, str) else json.dumps(content if changed is None else changed, indent=2)
        path.write_text(text, encoding="utf-8", errors="surrogatepass")

    return make


def emptied(_: bytes) -> bytes:
    """Nothing is left."""
    return b""


def cut(content: bytes) -> bytes:
    """Half is left."""
    return content[: len(content) // 2]


def shorter(content: bytes) -> bytes:
    """A byte is lost at the end."""
    return content[:-1]


def longer(content: bytes) -> bytes:
    """A byte is added at the end."""
    return content + b"\n"


def zeroed(content: bytes) -> bytes:
    """As long as before, and no bit of it left: so files are after a power failure."""
    return b"\0" * len(content)


def turned(content: bytes) -> bytes:
    """One bit is another, in the middle."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def noise(content: bytes) -> bytes:
    """As long as before, with bytes by chance."""
    return random.Random(len(content)).randbytes(len(content))


def cleared(path: Path) -> None:
    """Nothing of this name is left."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for inner in sorted(path.rglob("*"), reverse=True):
        if inner.is_dir() and not inner.is_symlink():
            inner.rmdir()
        else:
            inner.unlink()
    path.rmdir()


def opened_again(root: Path) -> None:
    """All modes are such that a folder can be removed."""
    for folder_, names, _ in os.walk(root):
        for name in names:
            path = Path(folder_, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | stat.S_IRWXU)
