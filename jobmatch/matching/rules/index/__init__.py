"""The right work before the right person at the size of the whole region: exact best-k search.

Pure: arrays in memory and loops that numba compiles; docs/rules/index.md tells how it works.

jit       one place where loops are compiled
bits      days as bits of machine words
layout    what the index keeps of people, postings and places
families  which skills are worth how much for which
pair      the judgement of `score` on numbers alone
search    the best for one person, for one posting, for one crew
build     from columns to sorted lists
index     the whole: build, ask, change
"""
