"""One LSTM cell with valves, against a step of an LSTM in numpy."""

import numpy as np

from tlbook.figures import LSTMCell

ROWS = ["forget", "input", "candidate", "output", "cell", "shown"]


def table(page):
    """Rows of the table of steps, by name."""
    rows = page.locator(".lbl-steps tr").all()
    text = {r.locator("th").inner_text(): r.locator("td").all_inner_texts() for r in rows[1:]}
    return {name: np.array([float(v.replace("−", "-")) for v in text[name]]) for name in ROWS}


def check(page):
    shown = table(page)
    c = 0.0
    for k, (f, i, g, o) in enumerate(np.array([shown[name] for name in ROWS[:4]]).T):
        c = f * c + i * g
        np.testing.assert_allclose(shown["cell"][k], c, atol=0.0051)
        np.testing.assert_allclose(shown["shown"][k], o * np.tanh(c), atol=0.0051)
    return shown


def test_cell_equals_numpy_and_the_keyboard_moves_it(stage):
    stage = stage()
    stage.show(LSTMCell())
    page = stage.page
    for task in page.get_by_role("group", name="Task").get_by_role("radio").all():
        task.check()
        check(page)
        page.get_by_text("The cell holds what it should at every step.").first.wait_for()
    page.get_by_role("button", name="Step 3: “").press("Enter")
    page.get_by_role("slider", name="input gate").press("Home")
    assert check(page)["cell"].tolist() == [0] * 6  # nothing has come in
    page.get_by_role("radio", name="half open").check()
    assert (check(page)["forget"] == 0.5).all()
    page.get_by_text("something else than it should").first.wait_for()


def test_accessible_and_narrow(stage):
    stage = stage(theme="dark", width=360)
    stage.show(LSTMCell())
    assert stage.axe() == []
    assert stage.overflow() == 0
