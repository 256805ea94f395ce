"""Beam search in the page, step by step, against one that runs the whole network at each step."""

import numpy as np
import pytest
import tensorflow as tf
import translators
from translators import ids_of, minus, open_figure, plain, settled, shown

from tlbook.figures import BeamSearch, load_translator

TEXT = "the old cat sees a dog."
BUCKETS = ((10, 9), (40, 9))  # eight words at most


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The path of a translator, and what is in it."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("weights") / "translator.npz"
    options = {"bidirectional": True, "tied": True, "ending": 3.0}
    translators.save(path, translators.random_translator(rng, **options))
    stored = load_translator(path)
    return path, stored, stored.network()


def figure(model, examples=(TEXT, "I see"), **settings):
    return BeamSearch(model[0], list(examples), buckets=BUCKETS, **settings)


def truth(model, text=TEXT, beam_size=1, penalty=1.0):
    _, stored, network = model
    ids = tuple(ids_of(stored.source_words, text))
    return translators.translated(network, ids, BUCKETS, beam_size, penalty)


def beams(model, k, text=TEXT):
    """Kept and dropped after each step, as [(ids with _EOS, score)]; nothing is carried over."""
    _, stored, network = model
    source = ids_of(stored.source_words, text)[::-1]
    kept, found = [([], 0.0)], []
    for _ in range(8):
        if all(ids[-1:] == [2] for ids, _ in kept):
            break
        all_ = []
        for ids, score in kept:
            if ids[-1:] == [2]:
                all_.append((ids, score))
                continue
            logits = network.model([np.array([source]), np.array([[1, *ids]])])
            log_p = tf.nn.log_softmax(logits)[-1].numpy()
            all_ += [([*ids, i], score + log_p[i]) for i in range(2, len(log_p))]
        all_.sort(key=lambda one: -one[1])
        kept = all_[:k]
        found.append((kept, all_[k : 2 * k]))
    return found


def rows(page, caption):
    """What a table says: the text without tags, the tags, and the numbers."""
    table = page.locator("table", has=page.locator("caption", has_text=caption))
    return [
        (
            plain(row.locator("th > span").first.inner_text()),
            row.locator(".lbl-tag").all_inner_texts(),
            row.locator("td").all_inner_texts(),
        )
        for row in table.locator("tbody tr").all()
    ]


def nothing(page):
    return page.locator("p.lbl-note", has_text="Nothing is written yet")


def pressed(page, name):
    page.get_by_role("button", name=name, exact=True).press("Enter")


@pytest.mark.parametrize("k", [1, 3])
def test_each_step_is_that_of_a_beam(stage, model, k):
    words, greedy = model[1].target_words, truth(model)
    written = [*greedy.ids, 2] if greedy.complete else greedy.ids
    page = open_figure(stage(), figure(model, beam_size=k))
    assert nothing(page).is_visible()
    assert page.get_by_role("button", name="Back").is_disabled()
    found = beams(model, k)
    before = {(): 0.0}
    for t, (kept, dropped) in enumerate(found, 1):
        pressed(page, "Step")
        for caption, expected in [("Kept", kept), ("Dropped", dropped)]:
            told = rows(page, caption)
            assert len(told) == len(expected)
            for (text, tags, numbers), (ids, score) in zip(told, expected, strict=True):
                end, old = ids[-1:] == [2], len(ids) < t
                assert text == shown(words, ids[:-1] if end else ids)
                last = "" if old else minus(score - before[tuple(ids[:-1])])
                assert numbers == [last, minus(score)]
                assert ("ends: _EOS" in tags, "ended before" in tags) == (end and not old, old)
                assert ("greedy" in tags) == (ids == written[: len(ids)])
        before = {tuple(ids): score for ids, score in kept}
    assert page.get_by_role("button", name="Step", exact=True).is_disabled()
    assert page.get_by_role("button", name="Back").evaluate("b => b === document.activeElement")
    if k == 1:
        assert page.get_by_text("The beam chose the same.").is_visible()
        return
    pressed(page, "Back")
    assert [row[0] for row in rows(page, "Kept")] == [
        shown(words, [i for i in ids if i != 2]) for ids, _ in found[-2][0]
    ]
    assert page.locator("caption", has_text="The end").is_hidden()
    for _ in found[1:]:
        pressed(page, "Back")
    assert nothing(page).is_visible()


def test_the_end_is_chosen_as_the_translator_does(stage, model):
    words, greedy = model[1].target_words, truth(model)
    page = open_figure(stage(), figure(model, beam_size=5, length_penalty=0))
    alone = plain(page.locator(".lbl-caption + p").inner_text())
    n = len(greedy.ids) + greedy.complete
    assert alone == f"{shown(words, greedy.ids)} (sum {minus(greedy.score)}, {n} words with _EOS)"
    pressed(page, "To the end")
    slider = page.get_by_role("slider", name="Length penalty")
    chosen = []
    for press, penalty in [("Home", 0.0), ("End", 1.0)]:
        slider.press(press)
        expected = truth(model, beam_size=5, penalty=penalty)
        ends = rows(page, "The end")
        best = [row for row in ends if "chosen" in row[1]]
        length = len(expected.ids) + expected.complete
        value = minus(expected.score / length**penalty)
        text = shown(words, expected.ids) or "(nothing)"
        assert [(row[0], row[2]) for row in best] == [
            (text, [minus(expected.score), str(length), value])
        ]
        kept = beams(model, 5)[-1][0]
        assert [row[2][0] for row in ends] == [minus(score) for _, score in kept]
        chosen.append(expected)
        page.wait_for_timeout(60)
        status = plain(page.locator(".lbl-status").inner_text())
        assert f"Chosen with length penalty {penalty:.2f}: “{shown(words, expected.ids)}”" in status
        gap = np.exp(expected.score - greedy.score)
        if expected.ids == greedy.ids:
            said = "The beam chose the same."
        elif gap > 1:
            said = f"found a likelier whole: {gap:.1f} times as likely"
        else:
            said = f"choice is only {gap:.2f} times as likely as greedy's"
        assert page.get_by_text(said).is_visible()
    assert chosen[0].ids != chosen[1].ids  # so the slider is seen to change something


def test_a_stored_search_is_there_before_the_network(stage, model):
    words, stored = model[1].target_words, []
    before = [()]
    for kept, dropped in beams(model, 2):
        step = {
            name: [
                {
                    "ids": [words[i] for i in ids if i != 2], "score": float(score),
                    "done": ids[-1:] == [2], "old": tuple(ids) in before,
                    "parent": before.index(tuple(ids) if tuple(ids) in before else tuple(ids[:-1])),
                }
                for ids, score in some
            ]
            for name, some in (("kept", kept), ("dropped", dropped))
        }  # fmt: skip
        stored.append(step)
        before = [tuple(ids) for ids, _ in kept]
    stage = stage()
    stage.show(figure(model, steps=stored, greedy=stored[-1]["kept"][0]), static=True)
    page = stage.page
    assert rows(page, "Kept")[0][0] == shown(words, beams(model, 2)[2][0][0][0])
    pressed(page, "To the end")
    assert page.get_by_text("The beam chose the same.").is_visible()
    assert page.get_by_role("button", name="Step", exact=True).is_disabled()
    pressed(page, "Back")


def test_another_sentence_and_another_size_begin_again(stage, model):
    page = open_figure(stage(), figure(model, beam_size=2))
    pressed(page, "Step")
    pressed(page, "Step")
    page.get_by_role("slider", name="Beam size").press("End")
    settled(page)
    assert nothing(page).is_visible()
    pressed(page, "Step")
    assert len(rows(page, "Kept")) == 5
    page.get_by_role("radio", name="I see").press(" ")
    settled(page)
    assert nothing(page).is_visible()
    box = page.get_by_role("textbox", name="An English sentence")
    box.press("End")
    box.type(" a dog")
    pressed(page, "Step")  # leaving the box finishes the sentence
    settled(page)
    pressed(page, "To the end")
    words = model[1].target_words
    kept = beams(model, 5, "I see a dog.")[-1][0]
    assert [row[0] for row in rows(page, "Kept")] == [
        shown(words, [i for i in ids if i != 2]) for ids, _ in kept
    ]
    box.fill("")
    box.press("Enter")
    assert page.get_by_role("button", name="To the end").is_hidden()


def test_accessible_and_narrow(stage, model):
    stage = stage(theme="dark", width=360)
    page = open_figure(stage, figure(model, [TEXT + " zebra " * 12]))
    pressed(page, "Step")
    page.wait_for_timeout(60)
    assert stage.axe() == [] and stage.overflow() == 0
    pressed(page, "To the end")
    page.wait_for_timeout(60)
    assert stage.axe() == [] and stage.overflow() == 0


def test_settings_are_checked(model):
    path = model[0]
    said = "a GRU layer of 12 units; the hypotheses that a beam keeps at each step"
    assert said in repr(BeamSearch(path, [TEXT]))
    with pytest.raises(ValueError, match="beam_size is 6; expected a whole number from 1 to 5"):
        BeamSearch(path, [TEXT], beam_size=6)
    with pytest.raises(ValueError, match="length_penalty is -1; expected a number from 0 to 1"):
        BeamSearch(path, [TEXT], length_penalty=-1)
