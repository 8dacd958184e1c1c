"""Makes jobmatch/data/skills/syllables.csv from pypinyin: `python -m tools.syllables`.

How each Chinese character sounds to one who does not tell zh from z, n from l, ang from an. The
file is read instead of the package, whose loading takes a quarter of a second.
"""

import csv
import sys

from pypinyin import Style, lazy_pinyin

from jobmatch.skills.knowledge import DATA

RANGES = ((0x3007, 0x3008), (0x3400, 0xA000), (0xF900, 0xFB00))
ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))
ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def syllable(letter: str) -> str:
    said: str = lazy_pinyin(letter, style=Style.NORMAL)[0]
    for long, short in ALIKE:
        if said.startswith(long):
            said = short + said[len(long) :]
    for long, short in ENDS:
        if said.endswith(long):
            said = said[: -len(long)] + short
    return "l" + said[1:] if said[:1] == "n" else said


def main() -> int:
    heard: dict[str, str] = {}
    for first, last in RANGES:
        for letter in map(chr, range(first, last)):
            said = syllable(letter)
            if said != letter:
                heard[said] = heard.get(said, "") + letter
    with (DATA / "syllables.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["syllable", "letters"])
        out.writerows(sorted(heard.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
