"""A gradient on its way back: a power of the factor."""

from tlbook.figures import Unrolled


def test_powers_and_the_keyboard(stage):
    stage = stage()
    stage.show(Unrolled(factor=0.8))
    page, factor = stage.page, stage.page.get_by_role("slider", name="Factor")
    page.get_by_text(f"{100 * 0.8**20:.1f} % arrives").wait_for()
    factor.press("Home")
    page.get_by_text(f"one part in {round(2**20, -5):,} arrives").wait_for()  # 0.5
    factor.press("End")
    page.get_by_role("slider", name="Words").press("End")
    page.get_by_text(f"{round(1.5**30, -4):,.0f} times as much arrives").wait_for()
    assert page.locator(".is-bar").count() == 31


def test_accessible_and_narrow(stage):
    stage = stage(theme="dark", width=360)
    stage.show(Unrolled())
    assert stage.axe() == []
    assert stage.overflow() == 0
