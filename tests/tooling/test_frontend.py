"""Front-end parts: which npm is used, what is copied, what is said where it fails."""

import json
from pathlib import Path

from tools import frontend
from tools.frontend import ROOT, complete, copy_parts, explain_npm, machine_npm


def which_both(name: str) -> str | None:
    return f"/usr/bin/{name}"


def which_only_npm(name: str) -> str | None:
    return "/usr/bin/npm" if name == "npm" else None


def test_the_machines_npm_is_used_where_it_reads_the_lock() -> None:
    assert machine_npm(which_both, lambda _npm: 10) == "/usr/bin/npm"
    assert machine_npm(which_both, lambda _npm: 7) == "/usr/bin/npm"


def test_an_npm_too_old_for_the_lock_is_not_used() -> None:
    assert machine_npm(which_both, lambda _npm: 6) is None


def test_an_npm_that_does_not_start_is_not_used() -> None:
    assert machine_npm(which_both, lambda _npm: None) is None


def test_an_npm_without_node_is_not_used() -> None:
    assert machine_npm(which_only_npm, lambda _npm: 10) is None


def make_modules(folder: Path) -> Path:
    for part in frontend.PARTS.values():
        path = folder / part
        if path.name == "images":
            path.mkdir(parents=True)
            (path / "layers.png").write_bytes(b"png")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(part)
    return folder


def test_the_needed_files_alone_are_copied(tmp_path: Path) -> None:
    modules, vendor = make_modules(tmp_path / "node_modules"), tmp_path / "vendor"
    (modules / "bootstrap/dist/css/bootstrap.rtl.css").write_text("not needed")
    copy_parts(modules, vendor)
    files = sorted(path.relative_to(vendor).as_posix() for path in vendor.rglob("*.*"))
    assert files == [
        "bootstrap/bootstrap.bundle.min.js",
        "bootstrap/bootstrap.min.css",
        "htmx/htmx.min.js",
        "leaflet/images/layers.png",
        "leaflet/leaflet.css",
        "leaflet/leaflet.js",
    ]


def test_copying_again_removes_what_is_no_longer_a_part(tmp_path: Path) -> None:
    modules, vendor = make_modules(tmp_path / "node_modules"), tmp_path / "vendor"
    (vendor / "old").mkdir(parents=True)
    (vendor / "old/old.js").write_text("old")
    copy_parts(modules, vendor)
    assert not (vendor / "old").exists()


def test_parts_are_complete_only_with_every_file(tmp_path: Path) -> None:
    modules, vendor = make_modules(tmp_path / "node_modules"), tmp_path / "vendor"
    copy_parts(modules, vendor)
    assert complete(dev=False, vendor=vendor, modules=modules)
    assert not complete(dev=True, vendor=vendor, modules=modules)
    (vendor / "htmx/htmx.min.js").unlink()
    assert not complete(dev=False, vendor=vendor, modules=modules)


def test_no_network_while_fetching_gives_one_sentence() -> None:
    assert explain_npm("npm error code EAI_AGAIN\n") == (
        "The front-end parts could not be fetched because the npm registry cannot be reached: "
        "connect to the network and run the same command again."
    )


def test_a_part_that_is_not_the_locked_one_is_said() -> None:
    assert "its hash differs" in explain_npm("npm error code EINTEGRITY\n")


def test_the_lock_has_a_hash_for_each_part_and_no_address_to_fetch_from() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    parts = {name: part for name, part in lock["packages"].items() if name}
    assert "node_modules/bootstrap" in parts
    assert [name for name, part in parts.items() if "integrity" not in part] == []
    assert [name for name, part in parts.items() if "resolved" in part] == []
