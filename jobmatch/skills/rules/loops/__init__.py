"""What reading does letter by letter, in loops that numba compiles; docs/rules/reading.md.

jit      where loops are compiled and kept
shapes   the tables that loops read and the space that they write in
table    hash tables of numbers, and trees of letters in them
form     what is typed: one form, cut into clauses
cut      clauses into words, also words that only sound so
meaning  acts and objects: which skills they name
near     the nearest terms by letters
judge    scores and confidence
reader   a whole phrase, and many
"""
