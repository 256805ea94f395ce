"""Hidden units: chosen and packed in Python, told about in a browser."""

import numpy as np
import pytest

from tlbook.figures.hidden_units import HiddenUnits
from tlbook.figures.store import load, pack
from tlbook.figures.unit_files import save_units, strength

AGES = [0, 200, 1000]


@pytest.fixture
def weights(rng):
    """Three ages of 12 units on 80 x 80 pixels; at the end each looks at a spot of its own."""
    start = rng.normal(0, 0.02, (6400, 12)).astype(np.float32)
    networks = {}
    for growth, age in enumerate(AGES):
        W1 = start.copy()
        for j in range(12):
            row, column = 6 * j, 75 - 6 * j
            W1.reshape(80, 80, 12)[row : row + 5, column : column + 4, j] += 0.2 * growth
        W2 = rng.normal(0, 0.3, (12, 2)).astype(np.float32)
        networks[age] = [W1, np.zeros(12), W2, np.zeros(2)]
    return networks


@pytest.fixture
def path(weights, tmp_path):
    return save_units(tmp_path / "units.npz", weights, ["up", "down"], n=9)


@pytest.fixture
def ranking(weights):
    """Numbers of the units, the strongest first."""
    W1, _, W2, _ = weights[1000]
    power = [np.sqrt((W1[:, j] ** 2).sum()) * abs(W2[j, 0] - W2[j, 1]) for j in range(12)]
    return sorted(range(12), key=lambda j: -power[j])


def test_the_strongest_are_kept_in_their_order(weights, path, ranking):
    with np.load(path) as file:
        assert file["units"].tolist() == ranking[:9]
        for k, age in enumerate(AGES):
            np.testing.assert_allclose(file["outgoing"][k], weights[age][2][ranking[:9]])


def test_a_byte_is_close_enough(weights, path, ranking):
    with np.load(path) as file:
        restored = file["weights"] * file["scale"][:, None]
    for k, age in enumerate(AGES):
        true = weights[age][0][:, ranking[:9]].T
        largest = np.max([np.abs(weights[a][0][:, ranking[:9]]).max(0) for a in AGES], axis=0)
        assert (np.abs(restored[k] - true) <= largest[:, None] / 254 + 1e-7).all()


def test_strength_does_not_change_when_a_unit_is_rescaled(weights):
    W1, _, W2, _ = weights[1000]
    by = np.linspace(0.1, 10, 12)
    np.testing.assert_allclose(strength(W1 * by, W2 / by[:, None]), strength(W1, W2), rtol=1e-5)


def test_forty_units_at_four_ages_fit(tmp_path, rng):
    network = [rng.normal(size=s) for s in [(6400, 50), (50,), (50, 3), (3,)]]
    path = save_units(tmp_path / "u.npz", dict.fromkeys(range(4), network), ["stay", "up", "down"])
    assert len(pack(load(path))) < 1.05e6
    figure = HiddenUnits(path)
    assert figure.megabytes == pytest.approx(1.03, abs=0.01) and len(figure.units) == 40
    assert figure.actions == ["stay", "up", "down"]


def test_input_is_checked(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.npz"):
        HiddenUnits(tmp_path / "none.npz")
    np.savez(tmp_path / "other.npz", np.ones(3))
    with pytest.raises(ValueError, match="expected ages, names, units"):
        HiddenUnits(tmp_path / "other.npz")


def test_text_says_how_many_push_which_way(weights, path, ranking):
    W2 = weights[1000][2][ranking[:9]]
    up = int((W2[:, 0] > W2[:, 1]).sum())
    text = repr(HiddenUnits(path))
    assert f"the 9 strongest, after 0, 200, 1,000 episodes. {up} push up, {9 - up} push" in text


# ---- in a browser ------------------------------------------------------------------------------


def load_files(stage):
    stage.page.get_by_role("button", name="Load the units").press("Enter")
    stage.page.wait_for_selector('[data-loaded="true"]')


def said(page):
    page.wait_for_timeout(60)
    text = page.locator(".lbl-status").inner_text()
    return text.replace("\u00a0", " ").replace("−", "-")


def where(w):
    """Shares of the squared weights in the nine parts of the picture, by numpy's own splitting."""
    rows = ["upper", "middle", "lower"]
    columns = ["left", "centre", "right"]
    third = np.floor(3 * np.arange(80) / 80)
    shares = {}
    for r in range(3):
        for c in range(3):
            name = "centre" if r == c == 1 else f"{rows[r]} {columns[c]}"
            shares[name] = (w.reshape(80, 80)[third == r][:, third == c] ** 2).sum() / (w**2).sum()
    return sorted(shares.items(), key=lambda item: -item[1])


def test_numbers_are_those_of_numpy(stage, weights, path, ranking):
    stage = stage()
    stage.show(HiddenUnits(path), static=True)
    load_files(stage)
    page = stage.page
    slider = page.get_by_role("slider", name="Unit")
    for steps, age, name in [(0, 1000, "1,000 episodes"), (3, 200, "200 episodes")]:
        page.get_by_role("radio", name=name).check()
        for _ in range(steps):
            slider.press("ArrowRight")
        j = ranking[steps]
        w, (up, down) = weights[age][0][:, j], weights[age][2][j]
        (part, share), (second, other) = where(w)[:2]
        text = said(page)
        assert text.startswith(f"Unit {j}, {name}. Of its squared weights {100 * share:.0f} % in")
        assert f"in the {part} and {100 * other:.0f} % in the {second} of the picture" in text
        row, column = divmod(int(np.abs(w).argmax()), 80)
        found = [float(n) for n in text.split("largest weight, ")[1].split(", is at row")[:1]]
        assert found == pytest.approx([w[80 * row + column]], abs=0.002)
        assert f"pushes {'up' if up > down else 'down'}: {up - down:+.3f}." in text
        for k, cells in enumerate(page.locator("tbody tr").all()):
            texts = cells.locator("td").all_inner_texts()
            most, push, like = [float(text.replace("−", "-")) for text in texts]
            one, last = weights[AGES[k]][0][:, j], weights[1000][0][:, j]
            outgoing = weights[AGES[k]][2][j]
            assert most == pytest.approx(np.abs(one).max(), abs=0.002)
            assert push == pytest.approx(outgoing[0] - outgoing[1], abs=0.00051)
            cosine = one @ last / np.linalg.norm(one) / np.linalg.norm(last)
            assert like == pytest.approx(cosine, abs=0.012)


def test_before_training_it_looks_everywhere(stage, path):
    stage = stage()
    stage.show(HiddenUnits(path), static=True)
    load_files(stage)
    stage.page.get_by_role("radio", name="1,000 episodes").press("ArrowRight")  # round to the first
    assert stage.page.get_by_role("radio", name="before training", exact=True).is_checked()
    assert "before training. No ninth of the picture has more than 1" in said(stage.page)


def test_the_large_picture_is_the_unit(stage, weights, path, ranking):
    stage = stage()
    stage.show(HiddenUnits(path), static=True)
    load_files(stage)
    w = weights[1000][0][:, ranking[0]].reshape(80, 80)
    shown = np.reshape(
        stage.page.evaluate(
            """() => Array.from(document.querySelectorAll("canvas")[1].getContext("2d")
                 .getImageData(0, 0, 80, 80).data)"""
        ),
        (80, 80, 4),
    ).astype(float)
    strong = np.abs(w) > np.abs(w).max() / 20
    orange = shown[..., 0] > shown[..., 2]
    np.testing.assert_array_equal(orange[strong], w[strong] > 0)
    np.testing.assert_allclose(
        shown[..., [0, 2]].max(-1) / 255, np.abs(w) / np.abs(w).max(), atol=0.01
    )
    legend = stage.page.locator(".lbl-legend").inner_text().replace("−", "-").split()
    ends = [-np.abs(w).max(), np.abs(w).max()]
    assert [float(t) for t in legend] == pytest.approx(ends, abs=1e-3)


def test_change_leaves_out_what_was_there_before(stage, weights, path, ranking):
    stage = stage()
    stage.show(HiddenUnits(path), static=True)
    load_files(stage)
    page = stage.page
    page.get_by_role("radio", name="what has changed since").check()
    page.get_by_role("slider", name="Unit").press("ArrowRight")
    change = weights[1000][0][:, ranking[1]] - weights[0][0][:, ranking[1]]
    (part, share), _ = where(change)[:2]
    text = said(page)
    assert f"Of its squared changes {100 * share:.0f} % in the {part}" in text
    assert float(text.split("largest change, ")[1].split(", is")[0]) == pytest.approx(0.4, abs=4e-3)
    lit = page.evaluate(
        """() => Array.from(document.querySelectorAll("canvas")[1].getContext("2d")
             .getImageData(0, 0, 80, 80).data).filter((_, i) => i % 4 === 0)"""
    )
    np.testing.assert_array_equal(np.array(lit) > 128, change > 0.2)
    page.get_by_role("radio", name="before training", exact=True).check()
    assert "before training. Nothing has changed yet. When" in said(page)


def test_a_click_chooses_the_unit_that_was_clicked(stage, path, ranking):
    stage = stage()
    stage.show(HiddenUnits(path), static=True)
    load_files(stage)
    canvas = stage.page.locator("canvas").first
    box = canvas.bounding_box()
    for k, (x, y) in {0: (0.06, 0.25), 7: (0.94, 0.25), 8: (0.06, 0.75)}.items():
        canvas.click(position={"x": x * box["width"], "y": y * box["height"]})
        assert stage.page.get_by_role("slider").get_attribute("aria-valuetext") == f"{k + 1} of 9"
        assert said(stage.page).startswith(f"Unit {ranking[k]},")
    assert "number 9 is chosen" in canvas.get_attribute("aria-label")


def test_accessible_and_narrow(stage, path):
    stage = stage(theme="dark", width=360)
    stage.show(HiddenUnits(path), static=True)
    assert stage.axe() == []
    load_files(stage)
    stage.page.get_by_role("slider").press("End")
    stage.page.wait_for_timeout(60)
    assert stage.axe() == []
    assert stage.overflow() == 0
