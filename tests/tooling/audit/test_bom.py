"""The bill of materials, where the tools that write it are installed."""

import json

import pytest

from tools.environment import ROOT

pytest.importorskip("cyclonedx", reason="`manage.py audit` installs it")


def test_the_bill_names_every_locked_package_with_hashes_and_licence() -> None:
    from tools.audit import bom, licences

    text = bom.bill(ROOT)
    assert list(bom.wrong(text)) == []
    purls = [c["purl"] for c in json.loads(text)["components"]]
    assert len(set(purls)) == len(licences.rows(ROOT))
    components = {c["purl"].rpartition("@")[0]: c for c in json.loads(text)["components"]}
    flask = components["pkg:pypi/flask"]
    assert flask["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert flask["scope"] == "required"
    assert len(flask["externalReferences"][0]["hashes"]) == 2
    assert components["pkg:npm/axe-core"]["scope"] == "excluded"
    assert components["pkg:npm/axe-core"]["hashes"][0]["alg"] == "SHA-512"


def test_a_bill_of_another_form_is_found() -> None:
    from tools.audit import bom

    assert list(bom.wrong('{"bomFormat": "CycloneDX"}')) != []
