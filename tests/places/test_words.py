from jobmatch.places.rules.words import Word, split


def test_words_are_split_and_told_apart_by_their_letters():
    assert split(" 奈曼，QLS ") == [Word("奈曼", False), Word("qls", True)]


def test_no_words_give_nothing():
    assert split("  ，") == []


def test_pinyin_is_compared_without_apostrophes_and_with_v_for_u_umlaut():
    assert split("Lü'yuan") == [Word("lvyuan", True)]


def test_only_the_first_30_characters_count():
    assert split("a" * 40) == [Word("a" * 30, True)]
