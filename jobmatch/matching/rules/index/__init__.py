"""The right work before the right person at the size of the whole region: exact best-k search.

Pure: arrays in memory and loops that numba compiles; docs/rules/index.md tells how it works.

jit       one place where loops are compiled
bits      days as bits of machine words
layout    what the index keeps of people, postings and places
families  which skills are worth how much for which
pair      the judgement of `score` on numbers alone
blocks    neighbours together, from the nearest outwards
for_worker, for_posting   the best for one person, for one posting
build     from columns to sorted lists
index     the whole: build, ask, change
"""
