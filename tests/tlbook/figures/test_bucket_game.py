"""Buckets to move: they hold and waste what tl.nlp says, and the game's rules are kept."""

import numpy as np
import pytest

from tlbook.figures import BucketGame
from tlbook.figures.bucket_game import MOST_BUCKETS
from tlcore.nlp import (
    BUCKETS,
    basic_tokenizer,
    bucket_of,
    bucket_to_translate,
    lay_out_batch,
    padding_share,
    put_in_buckets,
)

SHORT = ("I see the house.", "Je vois la maison.")  # 5 words, 5 words
LONG = (" ".join(["word"] * 60), " ".join(["mot"] * 60))


def some_pairs(rng, n):
    """Sentences of gamma-distributed lengths, as real ones have."""
    lengths = np.maximum(1, rng.gamma(2, 6, n).round().astype(int))
    others = np.maximum(1, (lengths * rng.normal(1.1, 0.2, n)).round().astype(int))
    return [
        (" ".join(["w"] * a), " ".join(["m"] * b)) for a, b in zip(lengths, others, strict=True)
    ]


@pytest.fixture(scope="module")
def pairs():
    return some_pairs(np.random.default_rng(0), 400)


def in_buckets(pairs, buckets):
    return put_in_buckets([tuple(map(basic_tokenizer, pair)) for pair in pairs], buckets)


def some_buckets(rng):
    sizes = np.sort(rng.integers([2, 3], [60, 70], (rng.integers(1, 7), 2)), axis=0)
    return sizes.tolist()


@pytest.fixture
def js(stage):
    return stage().functions("bucket_game.js")


# ---- the counting, against tl.nlp --------------------------------------------------------------


def test_padding_is_that_of_padding_share(js, rng):
    for _ in range(60):
        buckets, pairs = some_buckets(rng), some_pairs(rng, rng.integers(1, 80))
        data = in_buckets(pairs, buckets)
        lengths = [[len(a.split()), len(b.split()), 1] for a, b in pairs]
        found = js("([lengths, buckets]) => fill(lengths, buckets)", [lengths, buckets])
        assert [row["pairs"] for row in found["rows"]] == [len(bucket) for bucket in data]
        assert found["tooLong"] == data.too_long
        if not any(data):
            assert np.isnan(found["share"])
            continue
        assert found["share"] == pytest.approx(padding_share(data, buckets), abs=1e-12)
        for row, bucket, size in zip(found["rows"], data, buckets, strict=True):
            if bucket:
                assert 1 - row["used"] / row["slots"] == pytest.approx(
                    padding_share([bucket], [size]), abs=1e-12
                )


def test_each_length_finds_its_bucket(js):
    for n in range(1, 55):
        found = js("([n, b]) => [...Array(60).keys()].map((m) => bucketOf(n, m, b))", [n, BUCKETS])
        for m, place in enumerate(found):
            if place < 0:
                with pytest.raises(ValueError, match="too long"):
                    bucket_of(n, m)
            else:
                assert place == bucket_of(n, m)
        assert js("([n, b]) => bucketToTranslate(n, b)", [n, BUCKETS]) == list(
            bucket_to_translate(n)
        )


def test_a_pair_is_laid_out_as_for_the_network(js, rng):
    names = ["_PAD", "_GO", "_EOS"]
    for n, m in [(1, 0), (4, 8), (9, 13), (7, 3), (39, 48)]:
        source, target = [list(range(10, 10 + k)) for k in (n, m)]
        bucket = BUCKETS[bucket_of(n, m)]
        encoder, decoder, _ = lay_out_batch([(source, target)], bucket)
        words = lambda ids: [names[i] if i < 3 else f"{i}" for i in np.ravel(ids)]  # noqa: E731
        found = js("(a) => stepsOf(...a)", [words(source), words(target), bucket])
        assert found == {"encoder": words(encoder), "decoder": words(decoder)}


def test_buckets_stay_in_order_whatever_moves(js, rng):
    buckets = [list(bucket) for bucket in BUCKETS]
    for _ in range(200):
        k, side = int(rng.integers(len(buckets))), int(rng.integers(2))
        value = int(rng.integers(2 + side, 101))
        buckets = js("(a) => moved(...a)", [buckets, k, side, value])
        assert buckets[k][side] == value
        assert (np.diff(buckets, axis=0) >= 0).all()
    assert js("(a) => moved(...a)", [[[5, 10], [10, 15], [20, 25]], 0, 0, 12]) == [
        [12, 10],
        [12, 15],
        [20, 25],
    ]


def test_a_bucket_is_added_where_most_is_padding(js):
    rows = [{"used": 5, "slots": 10}, {"used": 10, "slots": 40}, {"used": 5, "slots": 6}]
    buckets = [[5, 10], [11, 20], [20, 25]]
    assert js("(a) => added(...a)", [buckets, rows]) == [[5, 10], [8, 15], [11, 20], [20, 25]]
    assert js("(a) => added(...a)", [[[9, 9]], rows[:1]]) == [[5, 6], [9, 9]]


# ---- on the page -------------------------------------------------------------------------------


def said(page):
    page.wait_for_timeout(60)
    return page.locator(".lbl-status").inner_text()


def tokens(page, name):
    return page.get_by_role("list", name=name).get_by_role("listitem").all_inner_texts()


def table(page):
    rows = page.locator(".lbl-fill tr").all()[1:]
    return [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]


def percent(value):
    return f"{100 * value:.1f} %"


def test_a_sentence_of_ones_own_falls_into_a_bucket(stage, pairs):
    stage = stage()
    stage.show(BucketGame([SHORT, *pairs]), static=True)
    page = stage.page
    english, french = page.get_by_role("textbox").all()
    english.fill("Who sees me?")
    french.fill("Qui me voit\u202f?")
    assert tokens(page, "The encoder reads") == ["_PAD", "?", "me", "sees", "Who"]
    assert tokens(page, "The decoder reads") == [
        *("_GO", "Qui", "me", "voit", "?", "_EOS"),
        *4 * ["_PAD"],
    ]
    assert page.locator("input[type=radio]:checked").count() == 0
    assert page.locator(".lbl-here").locator("..").inner_text() == "(5, 10) your pair"
    assert said(page).startswith("4 words, 4 in French: bucket 1, (5, 10). All together: ")
    english.fill("Who sees me today?")  # a word more, and the bucket is another
    assert "5 words, 4 in French: bucket 2, (10, 15)." in said(page)
    french.fill("")
    assert tokens(page, "The decoder reads") == ["_GO", *14 * ["_PAD"]]
    english.fill(LONG[0])
    assert "a bucket (61, 77) is made." in said(page)
    assert len(tokens(page, "The encoder reads")) == 61
    french.fill("mot")
    assert "too long for all buckets. The pair is left out." in said(page)
    assert page.locator(".lbl-tokens:visible").count() == page.locator(".lbl-here").count() == 0
    english.fill(" ")
    assert said(page).startswith("Type a sentence")
    page.get_by_role("radio").first.press(" ")
    assert english.input_value() != " " and page.locator(".lbl-here").count() == 1


def test_the_table_and_the_sliders(stage, pairs):
    stage = stage()
    game = BucketGame(pairs)
    stage.show(game)
    page = stage.page
    page.get_by_role("slider", name="I of bucket 2").press("End")
    moved = [[5, 10], *[[game.largest[0], size] for size in (15, 25, 50)]]
    assert "Buckets 3, 4 moved along" in said(page)
    assert page.get_by_role("slider", name="I of bucket 4").input_value() == f"{moved[3][0]}"
    stage.exchange()
    assert game.buckets == moved  # the kernel has them
    data = in_buckets(pairs, moved)
    rows = table(page)
    for row, bucket, size in zip(rows, data, moved, strict=False):
        assert row[0].startswith(f"({size[0]}, {size[1]})") and row[1] == f"{len(bucket)}"
        assert row[3] == (percent(padding_share([bucket], [size])) if bucket else "–")
    assert rows[4][3] == percent(padding_share(data, moved))
    assert rows[5][0] == f"all in ({moved[3][0]}, 50)"
    assert rows[5][3] == percent(padding_share(in_buckets(pairs, moved[3:]), moved[3:]))
    assert f"{percent(padding_share(data, moved))} of what" in game.alternative()
    assert f"{data.too_long} pairs are too long" in game.alternative()
    bar = page.locator(".lbl-fill tfoot .is-padding").first.evaluate("(e) => e.style.width")
    slots = sum(len(b) * sum(size) for b, size in zip(data, moved, strict=True))
    whole = sum(map(len, data)) * sum(moved[3])
    share = 100 * slots * padding_share(data, moved) / whole
    assert float(bar[:-1]) == pytest.approx(share, rel=1e-4)


def test_buckets_come_and_go(stage, pairs):
    stage = stage()
    stage.show(BucketGame(pairs), static=True)
    page = stage.page
    add = page.get_by_role("button", name="Add a bucket")
    for n in range(5, MOST_BUCKETS + 1):
        add.press("Enter")
        assert page.locator(".lbl-bucket").count() == n
        assert f"These are {n} buckets, so it doesn't count." in said(page)
    assert add.is_disabled()
    for n in reversed(range(1, MOST_BUCKETS)):
        page.get_by_role("button", name="Remove bucket 1").press("Enter")
        assert page.locator(".lbl-bucket").count() == n
        assert page.evaluate("document.activeElement.tagName") == "BUTTON"  # the focus isn't lost
    assert page.get_by_role("button", name="Remove bucket 1").is_disabled()
    page.get_by_role("button", name="Back to the first buckets").press("Enter")
    assert [row[0].split(" your")[0] for row in table(page)[:4]] == [f"{b}" for b in BUCKETS]


def test_less_padding_wins_but_not_by_leaving_pairs_out(stage, pairs):
    stage = stage()
    stage.show(BucketGame([*pairs, LONG]), static=True)
    page = stage.page
    to_beat = padding_share(in_buckets(pairs, BUCKETS), BUCKETS)
    left_out = in_buckets([*pairs, LONG], BUCKETS).too_long
    goal = page.get_by_text("Can you do better").inner_text()
    assert f"4 buckets {percent(to_beat)} is padding, and {left_out} pair" in goal
    best = page.get_by_role("button", name="Back to the best")
    assert best.is_disabled() and "No better buckets found yet." in said(page)
    page.get_by_role("button", name="Remove bucket 4").press("Enter")  # long ones fit no more
    share = padding_share(in_buckets(pairs, BUCKETS[:3]), BUCKETS[:3])
    text = said(page)
    assert share < to_beat and f"All together: {percent(share)} is padding" in text
    assert f"That is more than {left_out} left out" in text and "No better" in text
    page.get_by_role("button", name="Back to the first buckets").press("Enter")
    for _ in range(3):
        page.get_by_role("slider", name="I of bucket 4").press("ArrowLeft")
    tried = {size: [*BUCKETS[:3], (size, 50)] for size in range(37, 41)}
    shares = {size: padding_share(in_buckets(pairs, b), b) for size, b in tried.items()}
    size, share = min(shares.items(), key=lambda item: item[1])
    assert share < to_beat  # or the pairs of this test are no good
    record = f"Best so far: {percent(share)} with (5, 10), (10, 15), (20, 25), ({size}, 50)."
    assert said(page).endswith(record)
    assert f"{100 * (to_beat - shares[37]):.1f} points less" in said(page)
    page.get_by_role("slider", name="O of bucket 4").press("End")
    assert said(page).endswith(record)
    best.press("Enter")
    assert f"All together: {percent(share)} is padding" in said(page)


def test_accessible_and_narrow(stage, pairs):
    stage = stage(theme="dark", width=360)
    stage.show(BucketGame([SHORT, *pairs]), static=True)
    for _ in range(2):
        stage.page.get_by_role("button", name="Add a bucket").press("Enter")
    stage.page.get_by_role("textbox").first.fill("unpronounceable" * 20)
    stage.page.wait_for_timeout(60)
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_pairs_and_buckets_are_checked(pairs):
    with pytest.raises(TypeError, match=r"pairs: 'I go\.' at 1; expected a sentence and its"):
        BucketGame([SHORT, "I go."])
    with pytest.raises(TypeError, match="pairs: 7 at 0"):
        BucketGame([7])
    with pytest.raises(ValueError, match="0 pairs with words on both sides, and none of them fits"):
        BucketGame([("I go.", "")])
    with pytest.raises(ValueError, match="1 pairs with words on both sides, and none of them"):
        BucketGame([LONG])
    with pytest.raises(ValueError, match=r"\(4, 12\) stands behind \(5, 10\)"):
        BucketGame(pairs, [(5, 10), (4, 12)])
    with pytest.raises(ValueError, match="the number of buckets is 7"):
        BucketGame(pairs, [(i, i) for i in range(5, 12)])
    game = BucketGame([("", "x"), SHORT], [(6, 8)])
    assert game.lengths == [[5, 5, 1]] and game.examples == [list(SHORT)]
