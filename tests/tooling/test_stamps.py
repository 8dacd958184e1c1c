"""A second start must have nothing to do, and a changed lock must be noticed."""

from pathlib import Path

from tools.stamps import Stamps, fingerprint


def test_same_files_give_the_same_fingerprint_in_any_order(tmp_path: Path) -> None:
    one, two = tmp_path / "a.txt", tmp_path / "b.txt"
    one.write_text("flask==3.1.3")
    two.write_text("numpy==2.4.6")
    assert fingerprint([one, two]) == fingerprint([two, one])


def test_a_changed_lock_gives_another_fingerprint(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("flask==3.1.3")
    before = fingerprint([lock])
    lock.write_text("flask==3.1.4")
    assert fingerprint([lock]) != before


def test_another_python_gives_another_fingerprint(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("flask==3.1.3")
    assert fingerprint([lock], "3.11.7") != fingerprint([lock], "3.12.1")


def test_content_that_moves_between_files_gives_another_fingerprint(tmp_path: Path) -> None:
    one, two = tmp_path / "a", tmp_path / "b"
    one.write_text("xy")
    two.write_text("z")
    before = fingerprint([one, two])
    one.write_text("x")
    two.write_text("yz")
    assert fingerprint([one, two]) != before


def test_a_missing_file_is_not_an_empty_one(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    missing = fingerprint([lock])
    lock.write_text("")
    assert fingerprint([lock]) != missing


def test_a_stamp_holds_for_its_value_only(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / "stamps.json")
    assert not stamps.has("runtime", "one")
    stamps.set("runtime", value="one")
    assert stamps.has("runtime", "one")
    assert not stamps.has("runtime", "two")
    assert not stamps.has("dev", "one")


def test_setting_one_stamp_keeps_the_others(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / "stamps.json")
    stamps.set("runtime", value="one")
    stamps.set("frontend", "frontend-dev", value="two")
    assert stamps.has("runtime", "one")
    assert stamps.has("frontend", "two")
    assert stamps.has("frontend-dev", "two")


def test_a_spoilt_stamp_file_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "stamps.json"
    file.write_text("{half")
    stamps = Stamps(file)
    assert not stamps.has("runtime", "one")
    stamps.set("runtime", value="one")
    assert stamps.has("runtime", "one")
