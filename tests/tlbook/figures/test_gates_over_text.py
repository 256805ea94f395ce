"""Gates over a text: numbers and colours are those of an LSTM written out in numpy."""

import language
import numpy as np
import pytest
from language import open_figure

from tlbook.figures import GatesOverText
from tlbook.figures.language_files import load_language_model

TEXT = "the company said it is a city"
NAMES = ["input gate", "forget gate", "output gate", "cell", "output"]


@pytest.fixture
def model(tmp_path, rng):
    path = language.save(tmp_path / "lm.npz", language.random_model(rng), "float16")
    return path, load_language_model(path)


def truth(model, text=TEXT):
    """What each layer does at each word: [{"i": (words, n), ...}, ...]."""
    ids = [model.words.index(word) for word in ("<eos> " + text).split()]
    history = language.run(model, ids)[1]
    return [{name: np.array(v)[1:] for name, v in layer.items()} for layer in history]


def numbers(page):
    """The table: five numbers of the unit at the chosen word."""
    rows = page.locator(".lbl-gates tbody tr")
    assert rows.locator("th").all_inner_texts() == NAMES
    return [float(t.replace("−", "-")) for t in rows.locator(".lbl-percent").all_inner_texts()]


def tones(page):
    """Colours of the bands, (words, 5, 3)."""
    return np.array(
        page.evaluate(
            """() => [...document.querySelectorAll(".lbl-bands li:not(.lbl-names)")].map((li) =>
              [...li.querySelectorAll(".lbl-tone")].map((tone) =>
                getComputedStyle(tone).backgroundColor.match(/\\d+/g).map(Number)))"""
        )
    )


def unit(page):
    text = page.get_by_role("slider", name="Unit").get_attribute("aria-valuetext")
    number, place = text.removeprefix("number ").split(", ")
    return int(number), int(place.split(" of ")[0])


def test_numbers_at_each_word(stage, model):
    path, net = model
    page = open_figure(stage(), GatesOverText(path, [TEXT], layer=0, unit=3))
    word = page.get_by_role("slider", name="Word")
    for layer, chosen in [(0, 3), (1, 4)]:
        page.get_by_role("radio", name=["1, next", "2"][layer], exact=False).last.check()
        if layer:
            page.get_by_role("slider", name="Unit").press("ArrowRight")
        assert unit(page) == (chosen, chosen + 1)
        does = truth(net)[layer]
        word.press("Home")
        for k, text in enumerate(TEXT.split()):
            assert page.locator(".lbl-gates caption").inner_text() == f"Unit {chosen} at “{text}”"
            expected = [does[name][k, chosen] for name in "ifoch"]
            np.testing.assert_allclose(numbers(page), expected, atol=6e-4)
            word.press("ArrowRight")
        page.locator(".lbl-bands li", has_text="said").click()
        assert word.get_attribute("aria-valuetext") == "3: said"
    i, f, g, c = (does[name][2, 4] for name in "ifgc")
    was = does["c"][1, 4]
    sum_ = page.locator("p.lbl-note", has_text="forget gate times").inner_text().replace("−", "-")
    assert f"{f:.3f} × {was:+.3f} + {i:.3f} × {g:+.3f} = {c:+.3f}." in sum_


def test_colours_are_the_numbers(stage, model):
    path, net = model
    page = open_figure(stage(), GatesOverText(path, [TEXT], layer=1, unit=2))
    does = truth(net)[1]
    shown = tones(page)
    assert shown.shape == (7, 5, 3)
    for band, name in enumerate("ifo"):
        grey = 255 * does[name][:, 2]
        np.testing.assert_allclose(shown[:, band], np.repeat(grey[:, None], 3, 1), atol=0.6)
    cell, most = does["c"][:, 2], np.abs(does["c"][:, 2]).max()
    for band, values in [(3, cell / most), (4, does["h"][:, 2])]:
        strong = np.abs(values) > 0.02
        orange = shown[:, band, 0] > shown[:, band, 2]
        np.testing.assert_array_equal(orange[strong], values[strong] > 0)
        np.testing.assert_allclose(shown[:, band].max(-1) / 255, np.abs(values), atol=0.003)
    assert f"cell +{most:.2f}" in page.locator(".lbl-legend").last.inner_text()


def test_units_in_the_order_of_what_they_do(stage, model):
    path, net = model
    page = open_figure(stage(), GatesOverText(path, [TEXT], unit=5))
    slider = page.get_by_role("slider", name="Unit")
    does = truth(net)[0]
    for name, scores in [("active", np.abs(does["h"]).mean(0)), ("changes", does["c"].std(0))]:
        page.get_by_role("radio", name=name).check()
        ranking = np.argsort(-scores, kind="stable")
        found = [unit(page)[0]]
        for _ in range(11):
            slider.press("ArrowRight")
            found.append(unit(page)[0])
        assert found == ranking.tolist()
        note = page.locator("p.lbl-note", has_text=f"{scores[ranking[-1]]:.3f}")
        assert note.count() == 1
    page.get_by_role("radio", name="their number").check()
    assert unit(page) == (ranking[-1], ranking[-1] + 1)  # the unit stays, its place is another


def test_a_text_of_ones_own(stage, model):
    path, net = model
    page = open_figure(stage(), GatesOverText(path, [TEXT, "the river"]))
    page.get_by_role("radio", name="the river").press(" ")
    assert len(tones(page)) == 2
    page.get_by_role("textbox").fill("The zebra’s city.")
    assert page.locator(".lbl-over").all_inner_texts() == ["the", "zebra", "'s", "city", "<eos>"]
    page.get_by_role("slider", name="Word").press("End")
    expected = truth(net, "the <unk> 's city <eos>")[0]
    np.testing.assert_allclose(numbers(page), [expected[n][4, 0] for n in "ifoch"], atol=6e-4)
    page.get_by_role("textbox").fill("")
    assert page.locator(".lbl-gates:visible").count() == 0
    page.get_by_role("textbox").fill("a " * 81)
    assert len(tones(page)) == 80
    assert page.locator("p.lbl-note", has_text="Only the first 80 words").is_visible()


def test_named_units_are_alive_before_the_model_is(stage, model):
    path, net = model
    stage = stage()
    units = {"one": (0, 3), "another": (1, 5)}
    stage.show(GatesOverText(path, [TEXT], units=units), static=True)
    page = stage.page
    for name, (layer, j) in units.items():
        page.get_by_role("radio", name=name, exact=True).check()
        page.get_by_role("slider", name="Word").press("End")
        expected = [truth(net)[layer][key][-1, j] for key in "ifoch"]
        np.testing.assert_allclose(numbers(page), expected, atol=6e-4)
    page.get_by_role("button", name="Load the model").press("Enter")
    page.wait_for_selector('[data-loaded="true"]')
    page.locator("summary", has_text="Every unit").press("Enter")  # the rest is folded
    page.get_by_role("slider", name="Unit").wait_for()
    assert unit(page)[0] == 5
    np.testing.assert_allclose(numbers(page), expected, atol=6e-4)


def test_accessible_and_narrow(stage, model):
    stage = stage(theme="dark", width=360)
    page = open_figure(stage, GatesOverText(model[0], [TEXT + " zebra", "the " + "x" * 40]))
    page.get_by_role("radio", name="active").check()
    page.wait_for_timeout(60)
    assert page.locator(".lbl-status").inner_text().startswith("Unit ")
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_settings_are_checked(model):
    path, _ = model
    assert "2 LSTM layers of 12 and 8 units; gates" in repr(GatesOverText(path))
    with pytest.raises(ValueError, match="layer is 2; expected a whole number from 0 to 1"):
        GatesOverText(path, layer=2)
    with pytest.raises(ValueError, match="unit is 8; expected a whole number from 0 to 7"):
        GatesOverText(path, layer=1, unit=8)
