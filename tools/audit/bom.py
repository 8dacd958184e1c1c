"""The bill of materials as CycloneDX JSON: every locked package with its hashes and its licence."""

import base64
import re
from collections.abc import Iterable
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from tools.audit import Outcome, judged
from tools.audit.licences import Row, rows
from tools.audit.locks import Locked, read_lock, read_parts

PLACE = "build/sbom.cdx.json"
ALGORITHMS = {
    "sha256": HashAlgorithm.SHA_256,
    "sha384": HashAlgorithm.SHA_384,
    "sha512": HashAlgorithm.SHA_512,
}


def bill(root: Path) -> str:
    """The JSON text. Packages for tests and tools stand in it as excluded from what is shipped."""
    licences = LicenseFactory()
    known = {(row.name, row.version): row for row in rows(root)}
    bom = Bom()
    bom.metadata.component = us = Component(
        name="jobmatch", version=version(root), type=ComponentType.APPLICATION, bom_ref="jobmatch"
    )
    shipped = []
    for package in python_packages(root):
        row = known[package.name, package.version]
        component = of_python(package, row, licences)
        bom.components.add(component)
        if row.shipped:
            shipped.append(component)
    parts, _ = read_parts((root / "package-lock.json").read_text(encoding="utf-8"))
    for part in parts:
        digest = base64.b64decode(part.integrity.removeprefix("sha512-")).hex()
        space, _, name = part.name.rpartition("/")
        component = Component(
            name=name, group=space or None, version=part.version, type=ComponentType.LIBRARY,
            purl=PackageURL("npm", space or None, name, part.version),
            bom_ref=f"npm:{part.name}@{part.version}",
            hashes=[HashType(alg=HashAlgorithm.SHA_512, content=digest)],
            licenses=[licences.make_from_string(part.licence)],
            scope=scope(shipped=not part.dev),
        )  # fmt: skip
        bom.components.add(component)
        if not part.dev:
            shipped.append(component)
    bom.register_dependency(us, shipped)
    text: str = JsonV1Dot6(bom).output_as_string(indent=2)
    return text + "\n"


def python_packages(root: Path) -> list[Locked]:
    """Every package that a lock names, once for each version, those that are shipped first."""
    found: dict[tuple[str, str], Locked] = {}
    for lock in sorted(root.glob("requirements*.txt"), key=lambda path: len(path.name)):
        for package in read_lock(lock.read_text(encoding="utf-8"))[0]:
            found.setdefault((package.name, package.version), package)
    return list(found.values())


def of_python(package: Locked, row: Row, licences: LicenseFactory) -> Component:
    """A package's hashes are those of its files: any of them may be the one installed."""
    purl = PackageURL("pypi", None, package.name, package.version)
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(str(purl)),
        comment="the hashes of all files that may be installed",
        hashes=[HashType(alg=ALGORITHMS[kind], content=value) for kind, value in package.hashes],
    )
    return Component(
        name=package.name, version=package.version, type=ComponentType.LIBRARY, purl=purl,
        bom_ref=f"pypi:{package.name}@{package.version}", external_references=[files],
        licenses=[licences.make_from_string(row.licence)] if row.licence else [],
        scope=scope(shipped=row.shipped),
    )  # fmt: skip


def scope(*, shipped: bool) -> ComponentScope:
    return ComponentScope.REQUIRED if shipped else ComponentScope.EXCLUDED


def version(root: Path) -> str:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "([^"]+)"', text, re.MULTILINE)
    return found[1] if found else "0"


def look(root: Path) -> Outcome:
    """Write the bill and hold it against the schema."""
    text = bill(root)
    place = root / PLACE
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    count = text.count('"purl":')
    return judged(wrong(text), ok=f"{PLACE}, {count} components")


def wrong(text: str) -> Iterable[str]:
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return [f"the bill of materials does not fit its schema: {error}"] if error else []
