"""Files that a careless reader pays dearly for; the tests count its work on them, a benchmark its seconds."""

from __future__ import annotations


def long_files(size: int) -> dict[str, str]:
    """Files of about `size` bytes on which a careless reader spends minutes or gigabytes."""
    return {
        "many unknown names": "".join(f"[groups.k{i}]\nshar = 1\n" for i in range(size // 27)),
        "many unknown sections": "".join(f"[a{i}.b.c.d.e.f.g.h]\n" for i in range(size // 24)),
        "many events": "[[events]]\nkind = 'truce'\nx = 1\n" * (size // 34),
        "many wrong kinds": "".join(f"[[events]]\nkind = 'truc{i}'\n" for i in range(size // 30)),
        "many not numbers": "[iran]\n" + "".join(f"k{i} = nan\n" for i in range(size // 14)),
        "many removed": "[groups]\n" + "".join(f"k{i} = 'removed'\n" for i in range(size // 20)),
        "many distributions": "".join(f"[groups.k{i}]\nshare.uniform=[0,1]\n" for i in range(size // 36)),
        "many empty distributions": "".join(f"groups.k{i}={{share={{}},stake={{}}}}\n" for i in range(size // 33)),
        "many truces": "[[events]]\nkind='truce'\ndate=2024-02-01\ndays=9\n" * (size // 47),
        "many contradictions": "[[events]]\nkind = 'committee'\ndate = 2011-01-01\n" * (size // 47),
        "many fronts": "".join(f"[[fronts]]\nname='{i}'\n" for i in range(size // 24)),
        "a long list": "title = [" + "1," * (size // 2) + "]",
        "a long number": "days = " + "9" * size,
        "a long hexadecimal number": "days = 0x" + "f" * size,
        "a long fraction": "days = 0." + "9" * size,
        "a long text": 'title = "' + "\\n" * (size // 2) + '"',
        "a long text that does not end": 'title = """' + 'a"" ' * (size // 4),
        "a long name": "a" * size + " = 1",
        "a name set again and again": "a = 1\n" * (size // 6),
        "nothing but brackets": "[" * size,
        "nothing but quotes": "'" * size,
        "nothing but comments": "#\n" * (size // 2),
    }
