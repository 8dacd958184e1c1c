"""A worker's first load stays small: cheap phones, patchy networks."""

import gzip

from tests.web.design.gallery import ROOT, make_app

KB = 1024


def packed(*names: str) -> int:
    return sum(len(gzip.compress((ROOT / "static" / name).read_bytes(), 9)) for name in names)


def modules() -> list[str]:
    folder = ROOT / "static" / "js"
    return sorted(str(path.relative_to(ROOT / "static")) for path in folder.rglob("*.js"))


def test_our_style_sheet_stays_under_8_kb() -> None:
    assert packed("css/app.css") < 8 * KB


# Modules of season plans and of instant hire's desks: no phone ever loads them.
OF_DESKS = {"js/modules/drag.js", "js/modules/refresh.js"}
# What records attendance without a network.
OFFLINE = {"js/sw.js", *(f"js/modules/{name}.js" for name in ("offline", "queue", "renew", "taps"))}


def test_our_scripts_stay_small() -> None:
    assert len(modules()) >= 8
    assert set(modules()) >= OF_DESKS | OFFLINE
    assert packed(*(set(modules()) - OF_DESKS - OFFLINE)) < 8 * KB
    assert packed(*OFFLINE) < 6.5 * KB
    # Half of it moves stays by finger and by keys.
    assert packed(*OF_DESKS) < 2.5 * KB


def test_only_desks_name_the_modules_of_desks() -> None:
    naming = {
        path.parent.name
        for path in (ROOT / "templates").rglob("*.html")
        if any(f'data-module="{name}"' in path.read_text() for name in ("drag", "refresh"))
    }
    assert naming == {"instant", "season"}


def test_a_worker_page_with_all_it_loads_stays_under_60_kb() -> None:
    page = make_app().test_client().get("/gallery/cards").data
    parts = packed("vendor/bootstrap/bootstrap.min.css", "css/app.css", *modules())
    assert parts + len(gzip.compress(page, 9)) < 60 * KB


def test_a_worker_page_loads_no_third_party_script() -> None:
    page = make_app().test_client().get("/gallery/cards").text
    assert page.count("<script") == 2
    assert "vendor/bootstrap/bootstrap.bundle" not in page
    assert "htmx" not in page


def test_no_template_carries_inline_style_or_script() -> None:
    carrying = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if any(
            bad in path.read_text(encoding="utf-8") for bad in (' style="', " onclick=", "<style")
        )
    ]
    assert carrying == []
