"""Cutting a clause into words that are known, so that they are worth most together."""

# What a word that only sounds so is worth less.
ALIKE_COSTS = 0.7


def segmented(clause, tree, alike=None):
    """Words with their places (start, end, word, likeness 0..1) in the order of the clause.

    alike   start -> words that only sound or look like what stands there
    """
    size = len(clause)
    worth = [0.0] * (size + 1)
    taken = [None] * (size + 1)
    for start in range(size):
        base = worth[start]
        if base > worth[start + 1]:
            worth[start + 1], taken[start + 1] = base, None
        node, end = tree.get(clause[start]), start + 1
        while node is not None:
            ending = node.get("")
            if ending is not None:
                word = ending[0]
                value = base + word.value
                if value > worth[end]:
                    worth[end], taken[end] = value, (start, end, word, 1.0)
            if end == size:
                break
            node, end = node.get(clause[end]), end + 1
        for part in alike.get(start, ()) if alike else ():
            value = base + part[2].value * part[3] - ALIKE_COSTS
            if value > worth[part[1]]:
                worth[part[1]], taken[part[1]] = value, part
    return _path(taken)


def _path(taken):
    found = []
    at = len(taken) - 1
    while at:
        part = taken[at]
        if part is None:
            at -= 1
        else:
            found.append(part)
            at = part[0]
    found.reverse()
    return found


def tree_of(words):
    """Letters (or syllables) below each other; a word stands under "" where it ends."""
    root = {}
    for text, word in words:
        node = root
        for letter in text:
            node = node.setdefault(letter, {})
        node.setdefault("", []).append(word)
    return root
