"""How near a skill that somebody holds is to the one that is asked for.

A skill's id says what it is: "ag.swpotato.sort" is field work, sweet potatoes, sorting.
"""

from collections.abc import Set
from enum import IntEnum
from functools import cache


class Kin(IntEnum):
    """How near, from nothing to the skill itself.

    BRANCH is other work of the same branch: nearer than nothing, but it makes no match.
    """

    NONE = 0
    BRANCH = 1
    HAND = 2
    RELATED = 3
    SECOND = 4
    OWN = 5


# Steps that one hand does as well as the other, whatever the crop.
_STEPS = (
    frozenset({"sort", "pack", "bag", "select", "packveg"}),
    frozenset({"cut", "harvest", "thresh", "husk"}),
    frozenset({"sow", "plant", "transplant", "seedling", "slip"}),
    frozenset({"weed", "thin", "hill"}),
    frozenset({"vine", "prune", "pollinate"}),
)
_STEP_OF = {step: n for n, steps in enumerate(_STEPS) for step in steps}
# Trades whose people know each other's work; the ids of a line share what stands before the dot.
_TRADES: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "lv.sheep.herd lv.cattle.herd lv.camel lv.donkey lv.horse.train lv.transhume",
        "lv.sheep.feed lv.cattle.feed lv.pig.feed lv.donkey lv.camel lv.special lv.tmr",
        "lv.chicken.feed lv.chicken.egg lv.chicken.catch lv.goose.feed lv.hatch",
        "lv.sheep.lamb lv.dairy.calf lv.pig.farrow lv.dairy.milk",
        "lv.sheep.shear lv.goat.comb",
        "lv.vaccine lv.sheep.dip lv.eartag lv.castrate lv.hoof lv.breed lv.vet",
        "fp.slaughter.sheep fp.slaughter.cattle fp.slaughter.pig fp.skin fp.debone fp.offal",
        "fp.debone fp.roll fp.meatpack fp.offal fp.driedmeat fp.sausage fp.slaughter.poultry",
        "fp.milk.tofu fp.milk.skin fp.milk.plant",
        "fp.vegwash fp.dehydrate fp.freeze fp.corncob fp.pickle fp.tomatosauce ct.prep",
        "fp.starch fp.noodle fp.tofu",
        "fp.flour fp.rice fp.oil fp.feedmill fp.milletfry",
        "fp.grainpack fp.seal lo.pack ag.gen.packveg fp.meatpack",
        "cr.embroider cr.feltembroider cr.robe cr.beads cr.knit",
        "cr.sew cr.tailor cr.robe cr.cut cr.iron cr.quilt cr.linking cr.toy",
        "cr.wicker cr.broom cr.carpet cr.knit",
        "cn.mason cn.plaster cn.tile cn.stone cn.rural cn.roof cn.kang cn.putty",
        "cn.labor lo.carry lo.load cn.demolish cn.earth cn.concrete cn.paving cn.rural",
        "cn.labor pw.linehelper lo.carry",
        "cn.rebar cn.formwork cn.scaffold cn.concrete cn.steel cn.prefab",
        "cn.electric pw.electrician pw.pvmount pw.streetlight pw.meter pw.monitor pw.charger",
        "cn.plumb cn.pipe cn.ditch cn.well",
        "cn.paint cn.putty cn.glue cn.waterproof cn.insulate",
        "cn.woodfit cn.window cn.ceilingled cn.hole",
        "pw.tower pw.stringing pw.line pw.pole pw.cable pw.linehelper pw.treetrim pw.telecom",
        "hh.elder hh.patient hh.nanny",
        "hh.maternity hh.infant hh.lactation hh.nanny",
        "hh.hourly hh.clean hh.deepclean hh.organize hh.laundry ot.sanitation ct.room",
        "hh.cook ct.canteen cn.cook ct.chef ct.prep ct.helper ct.dish",
        "dr.tractor dr.plow dr.seeder dr.combine dr.potatoharv dr.mower dr.sprayer",
        "dr.loader dr.excavator dr.dozer dr.forklift dr.crane",
        "dr.truck dr.van dr.livestocktruck dr.dump dr.tanker dr.passenger dr.tricycle",
        "dr.agrepair dr.autorepair dr.motorepair ot.mechanic",
        "fo.plant fo.shrub fo.sandbarrier fo.reseed fo.nursery fo.soil cn.landscape",
        "fo.guard fo.fire fo.grassguard",
        "fo.fell fo.haul fo.prune fo.timber fo.biomass",
        "fo.collect fo.seed ag.wildfruit.pick",
        "lo.load lo.carry lo.move lo.hay lo.grain lo.coal lo.market fp.cold lv.loading",
        "ag.forage.bale lo.hay dr.mower",
        "lo.parcelsort lo.pick lo.pack lo.warehouse lo.station lo.courier",
        "ct.youmian ct.pastry ct.mongolfood ct.snack fp.bakery",
        "ct.waiter ct.front ct.room ct.homestay ct.scenic",
        "ot.factory ot.assemble ot.mold cr.toy",
    )
)
# Who takes on whatever comes, and for which kinds of work that is enough.
HANDS = {"ag.gen.handyman": ("ag.",), "ot.odd": ("ag.", "lo.", "cn.labor", "fo.", "ot.")}


@cache
def related(one: str, other: str) -> bool:
    """Work of one family: the same crop or animal, the same step elsewhere, or one trade.

    "ag.swpotato.sort" goes with "ag.swpotato.dig", "ag.potato.sort" and "ag.apple.pack".
    """
    if any(one in trade and other in trade for trade in _TRADES):
        return True
    a, b = one.split("."), other.split(".")
    if len(a) < 3 or len(b) < 3 or a[0] != b[0]:
        return False
    if a[1] == b[1] != "gen" or a[2:] == b[2:]:
        return True
    return _STEP_OF.get(a[2], -1) == _STEP_OF.get(b[2], -2)


def kinship(held: str, wanted: str, also: Set[str] = frozenset()) -> Kin:
    """What one skill is to a posting: wanted, its own; also, further ones that it takes."""
    if held == wanted:
        return Kin.OWN
    if held in also:
        return Kin.SECOND
    if related(held, wanted) or any(related(held, one) for one in also):
        return Kin.RELATED
    if wanted.startswith(HANDS.get(held, ())):
        return Kin.HAND
    return Kin.BRANCH if held.split(".")[0] == wanted.split(".")[0] else Kin.NONE
