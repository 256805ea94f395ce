"""What the figures share: a button that plays."""

import pytest

PLAYED = """() => {
  const asked = [], seen = [];
  window.setInterval = (f, milliseconds) => asked.push([f, milliseconds]);
  window.clearInterval = (number) => seen.push(`cleared ${number}`);
  const on = (name) => () => seen.push(`${name} ${playing()}`);
  const settings = { pace: 700, slow: 2500, begin: on("begin"), step: on("step"), changed: on("changed") };
  const { button, stop, playing } = player(settings);
  stop(); // it doesn't play
  seen.push(button.textContent);
  button.click();
  seen.push(button.textContent);
  asked[0][0]();
  button.click();
  seen.push(button.textContent);
  return [seen, asked.map(([, milliseconds]) => milliseconds)];
}"""  # noqa: E501


@pytest.mark.parametrize(("reduced", "pace"), [(False, 700), (True, 2500)])
def test_plays_only_when_asked_and_slowly_under_reduced_motion(stage, reduced, pace):
    seen, asked = stage(reduced=reduced).functions("shared.js")(PLAYED)
    assert asked == [pace]
    assert seen == [
        "Play",
        "begin false",
        "changed true",
        "Pause",
        "step true",
        "cleared 1",
        "changed false",
        "Play",
    ]
