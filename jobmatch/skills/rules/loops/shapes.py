"""The tables that loops read, and the space that one thread writes in. No numba here."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Masks = NDArray[np.uint64]

# Code points looked at: all letters that have a plane; above are no letters.
LIMIT = 0x32400
MOST_TEXT, MOST_CLAUSE, MOST_CLAUSES = 400, 64, 24

# Columns of a word (ROWS) and of its weights (WEIGHT_ROWS).
KIND, CONTENT, ACTS, ACTS_END, HAS_ACTS, THINGS, OBJECTS_END, THINGS_END = range(8)
SKILLS, SKILLS_END, DOING, ALONE_ACT, ALONE_OBJECT = 8, 9, 10, 11, 13
WORD_COLUMNS = 15
VALUE, ACT_WEIGHT, OBJECT_WEIGHT, WEIGHT_COLUMNS = 0, 1, 3, 5
# Kinds of words.
NONE, ROLE, HIRE, BUSY, AT, OTHER = range(6)

# Columns of a part (a word where it stands) and a token (a part that means something), of its
# weights, of a clause, of a candidate and of its weights.
START, END, WORD, CLAUSE, USED, TOKEN_COLUMNS = range(6)
LIKENESS, WEAK = range(2)
SIZE, OPEN, FOREIGN, DONE, FIRST_PART, LAST_PART, BEGIN, CLAUSE_COLUMNS = range(8)
C_SKILL, C_CLAUSE, C_START, C_END, C_HOW, C_MAIN, CANDIDATE_COLUMNS = range(7)
C_QUALITY, C_COVER, C_SURE, C_SCORE, C_CONFIDENCE, CANDIDATE_WEIGHTS = range(6)
# How a candidate was found.
TERM, PAIR, ACROSS, ALONE, NEAR = range(5)
# A term names at most so many skills; a token brings at most so many candidates.
MOST_SKILLS, MOST_OF_TOKEN = 8, 48


# Tables of whole numbers in Tables.i; the first numbers of it say where each begins.
# By code point: the plain form (-1: nothing), the kind (bits, form.py), the number of the letter
# among those that words have (0: none of them), the number of its sound (-1: of none of theirs).
PLAIN, KIND_OF, LETTER, SYLLABLE = range(4)
# The tree of words: nodes of first letters; node -> word or -1. The tree of sounds: nodes of first
# sounds; node -> where its words begin; those words.
FIRST, NODE_WORD, HEARD_FIRST, HEARD_AT, HEARD = range(4, 9)
# Code points of all words behind each other; where each word begins; a row of columns for each.
LETTERS, STARTS, ROWS = range(9, 12)
# Concepts of words; row of a pair -> where its skills begin; those skills; skills of terms; skill
# -> 1 where it is said beside others; regional and standard words, a 0 behind each.
CONCEPTS, PAIR_AT, PAIR_SKILLS, TERM_SKILLS, GENERAL, SPELT = range(12, 18)
# What a text may be nearly: numbers of letters of all terms; where each term begins; terms that
# hold a letter, each as often as the letter stands in it; where those of a letter begin; the
# likeliest skill of each term.
TERM_LETTERS, TERM_STARTS, LISTED, LISTED_AT, TERM_SKILL = range(18, 23)
# Tables of weights in Tables.f: a row for each word; of concepts; of pairs; of confidence.
WEIGHT_ROWS, WEIGHTS, PAIR_WEIGHTS, SCALES = range(23, 27)
# Plain numbers: how many letters, sounds and concepts there are, and the size of SPELT.
LETTER_COUNT, SOUND_COUNT, CONCEPT_COUNT, SPELT_SIZE = range(27, 31)
HEADER = 32
# Which tree or table a key of the hash table belongs to: key x 4 + this.
OF_WORDS, OF_SOUNDS, OF_PAIRS = range(3)

MOST_LETTERS = MOST_CLAUSES * (MOST_CLAUSE + 1) + 1
MOST_TOKENS, MOST_NEAR = 400, 3
MOST_TERMS, MOST_NUMBERED, MOST_SKILL_IDS = 1 << 16, 1 << 15, 1 << 13
MOST_ROWS = MOST_TOKENS * MOST_OF_TOKEN + MOST_NEAR * MOST_CLAUSES

# The space of one thread: one block of memory, so that loops hand on one address.
SPACE = np.dtype([
    ("text", np.int64, 2 * MOST_LETTERS), ("line", np.int64, MOST_TEXT),
    ("clauses", np.int64, (MOST_CLAUSES, CLAUSE_COLUMNS)),
    ("parts", np.int64, (MOST_LETTERS, 3)), ("likeness", np.float64, MOST_LETTERS),
    ("tokens", np.int64, (MOST_TOKENS, TOKEN_COLUMNS)),
    ("token_weights", np.float64, (MOST_TOKENS, 2)),
    ("rows", np.int64, (MOST_ROWS, CANDIDATE_COLUMNS)),
    ("row_weights", np.float64, (MOST_ROWS, CANDIDATE_WEIGHTS)),
    ("order", np.int64, MOST_ROWS), ("keys", np.int64, MOST_ROWS),
    ("worth", np.float64, MOST_CLAUSE + MOST_OF_TOKEN),
    ("taken", np.int64, (MOST_CLAUSE + 1, 3)), ("taken_likeness", np.float64, MOST_CLAUSE + 1),
    ("best_skills", np.int64, MOST_SKILL_IDS), ("best_weights", np.float64, MOST_SKILL_IDS),
    ("counts", np.int64, MOST_TERMS), ("touched", np.int64, MOST_TERMS),
    ("masks", np.uint64, MOST_NUMBERED), ("seen", np.int64, MOST_SKILL_IDS),
    ("stamp", np.int64, 1), ("features", np.float64, 16),
    ("asked", np.int64, MOST_CLAUSE), ("rank", np.int64, MOST_CLAUSE),
    ("near", np.int64, MOST_NEAR), ("ratios", np.float64, MOST_NEAR),
])  # fmt: skip
# What loops get of it. Nothing but numbers, which the types cannot say.
Work = Any
# To 64 bits: with numbers of several sizes numba would compile each loop several times.
long: Any = np.int64
Space = NDArray[np.void]


# What the confidence of a reading is made from (judge.py), and from which on it is accepted.
FEATURES = (
    "one", "score", "score squared", "near", "alone", "pair", "foreign", "open", "things only",
    "cover", "other acts", "general", "across", "unsure", "behind", "short term",
)  # fmt: skip
LEAST_CONFIDENCE = 0.6


class Tables(NamedTuple):
    """All that reading knows, as numbers. k: the hash table (table.py)."""

    i: Ints
    k: Longs
    f: Floats
