"""The evidence pack of a dispute, as a page and as a file, in each door."""

from flask import g, url_for
from flask.typing import ResponseReturnValue

from jobmatch.disputes import pack
from jobmatch.disputes.rules.states import Side
from jobmatch.web.guard import Door
from jobmatch.web.papers import as_page, as_pdf, packs


class PackPages:
    def __init__(self, door: Door, side: Side, layout: str) -> None:
        self.door, self.side, self.layout = door, side, layout
        at = "/disputes/<int:case_id>/pack"
        door.add_url_rule(at, "dispute_pack", self.dispute_pack, methods=["GET"])
        door.add_url_rule(f"{at}.pdf", "dispute_pack_pdf", self.dispute_pack_pdf, methods=["GET"])

    def dispute_pack(self, case_id: int) -> ResponseReturnValue:
        found = pack.pack(case_id, side=self.side, actor=g.actor)
        name = self.door.name
        return as_page(
            packs.paper_of(found), layout=self.layout,
            back=url_for(f"{name}.dispute", case_id=case_id),
            pdf=url_for(f"{name}.dispute_pack_pdf", case_id=case_id),
        )  # fmt: skip

    def dispute_pack_pdf(self, case_id: int) -> ResponseReturnValue:
        found = pack.pack(case_id, side=self.side, actor=g.actor)
        return as_pdf(lambda: packs.paper_of(found))
