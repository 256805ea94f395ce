"""Small Pong in the page: the same game as in Python, the same policy, and a reader's hands."""

import numpy as np
import pytest

from tlbook import SmallPong
from tlbook.figures import PlayPong
from tlbook.figures.play_pong import check_policy
from tlbook.runs import load_run, save_run
from tlcore.files import load_npz
from tlcore.rein import evaluate, make_environments

# Where the parts of the court are, and which action the agent is going to take.
LOOK = """() => {
  const at = (name) => document.querySelector(`.lbl-court .${name}`).getAttribute("transform")
    .match(/[-\\d.]+/g).map(Number);
  return { you: at("is-you")[1], agent: at("is-agent")[1], ball: at("is-ball"),
    score: document.querySelector(".lbl-points output").textContent };
}"""


def policy(rng, hidden=16):
    shapes = [(6, hidden), (hidden,), (hidden, 3), (3,)]
    return [rng.normal(0, 1, shape).astype(np.float32) for shape in shapes]


def probabilities(arrays, observation):
    """Return the softmax of two dense layers, by numpy in float64."""
    W1, b1, W2, b2 = [a.astype(np.float64) for a in arrays]
    z = np.maximum(observation @ W1 + b1, 0) @ W2 + b2
    e = np.exp(z - z.max())
    return e / e.sum()


@pytest.fixture
def arrays(rng):
    return policy(rng)


@pytest.fixture
def figure(arrays):
    return PlayPong(None, seed=7, mine=arrays)


@pytest.fixture
def js(stage):
    """Return a function that runs JavaScript with the page's game at hand."""
    return stage().functions("small_pong.js")


def look(page):
    seen = page.evaluate(LOOK)
    return seen["you"], seen["agent"], seen["ball"], seen["score"]


def held(root):
    """Return the probabilities that the page shows, with all their digits."""
    return [float(p) for p in root.get_attribute("data-probabilities").split()]


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_the_page_plays_the_same_game(js, rng, seed):
    """Two players, scripted or at random: equal in each of 2,000 steps, bit for bit."""
    plan = rng.integers(0, 4, (2000, 2))  # 3: let the scripted player decide
    got = js(
        """([seed, plan]) => {
          const game = new SmallPong(1e9);
          game.reset(seed);
          return plan.map((pair) => {
            const seen = [...game.observe(0), ...game.observe(1)].map((v) => v + 0);
            const [left, right] = pair.map((a, side) => (a < 3 ? a : game.scripted(side, 80)));
            const point = game.move(left, right);
            const { x, y, vx, vy, paddles, score } = game;
            const state = [x, y, vx, vy, ...paddles, ...score, point].map((v) => v + 0);
            if (point) game.serve();
            return [seen, state, game.random.state];
          });
        }""",
        [seed, plan.tolist()],
    )
    env = SmallPong(points=10**9)
    env.reset(seed=seed)
    for (seen, state, dice), pair in zip(got, plan.tolist(), strict=True):
        expected = np.concatenate([env.observe(0), env.observe(1)])
        assert np.array(seen, np.float32).tobytes() == (expected + 0).tobytes()
        left, right = [a if a < 3 else env.scripted(side, 80) for side, a in enumerate(pair)]
        point = env.move(left, right)
        assert state == [env.x, env.y, env.vx, env.vy, *env.paddles, *env.score, point]
        if point:
            env._serve()
        assert dice == env.random.state
    assert sum(env.score) > 10


def test_long_rallies_are_the_same(js):
    """Two good players: the ball gets as quick as it can."""
    state = js(
        """() => {
          const game = new SmallPong(1e9);
          game.reset(5);
          let fastest = 0;
          for (let i = 0; i < 20000; i++) {
            if (game.move(game.scripted(0, 97), game.scripted(1, 97))) game.serve();
            fastest = Math.max(fastest, Math.abs(game.vx));
          }
          return [game.x, game.y, game.vx, game.vy, ...game.score, game.random.state, fastest];
        }"""
    )
    env = SmallPong(points=10**9)
    env.reset(seed=5)
    for _ in range(20000):
        if env.move(env.scripted(0, 97), env.scripted(1, 97)):
            env._serve()
    assert state == [env.x, env.y, env.vx, env.vy, *env.score, env.random.state, 28]


def test_step_by_step_is_the_gymnasium_game(stage, figure, arrays):
    """The page's game with the reader's keys is SmallPong's with those actions."""
    stage = stage(reduced=True)
    root = stage.show(figure)
    page = stage.page
    page.get_by_label("Its action is").select_option(label="the likeliest")
    page.locator(".lbl-court").focus()
    plan = iter(([1] * 9 + [0] * 3 + [2] * 14) * 4)
    env = SmallPong(opponent=lambda observation: next(plan))
    env.reset(seed=7)
    reward = 0
    for key in ((["ArrowUp", "w"] * 4 + ["W"] + [" "] * 3 + ["ArrowDown", "s"] * 7) * 2)[:50]:
        expected = probabilities(arrays, env.observe())
        if not reward:  # after a point the page shows where the ball went, until the next step
            np.testing.assert_allclose(held(root), expected, atol=1e-4)
        page.keyboard.press(key)
        reward = env.step(int(expected.argmax()))[1]
        you, agent, ball, score = look(page)
        assert [you, agent] == env.paddles and score == "{} : {}".format(*env.score)
        assert reward or ball == [env.x, env.y]
    assert sum(env.score) >= 1  # so a serve is among them
    seen = [float(c.inner_text().replace("−", "-")) for c in page.locator(".lbl-percent").all()[3:]]
    np.testing.assert_allclose(seen, env.observe(), atol=0.0051)


def test_points_are_told_and_the_game_ends(stage, arrays):
    stage = stage(reduced=True)
    root = stage.show(PlayPong(None, points=1, seed=7, mine=arrays))
    page = stage.page
    page.locator(".lbl-court").focus()
    assert page.locator(".lbl-status").inner_text() == ""
    for _ in range(400):
        page.keyboard.press(" ")
        if look(page)[3] != "0 : 0":
            break
    page.wait_for_timeout(50)
    said = page.locator(".lbl-status").inner_text()
    assert "win" in said and said.startswith("You" if look(page)[3] == "1 : 0" else "The agent")
    steps = root.get_attribute("data-steps")
    page.keyboard.press(" ")
    assert root.get_attribute("data-steps") == steps
    assert page.get_by_role("button", name="Step").is_disabled()
    page.get_by_role("button", name="New game").click()
    assert look(page)[3] == "0 : 0" and page.get_by_role("button", name="Step").is_enabled()


def test_nothing_moves_until_the_reader_starts(stage, figure):
    stage = stage()
    root = stage.show(figure)
    page = stage.page
    first = look(page)
    page.wait_for_timeout(300)
    assert look(page) == first and root.get_attribute("data-running") == "false"
    page.get_by_role("button", name="Start").press("Enter")
    page.wait_for_function("+document.querySelector('.lbl-figure').dataset.steps > 5")
    page.get_by_role("button", name="Pause").press("Enter")
    steps = root.get_attribute("data-steps")
    page.wait_for_timeout(200)
    assert root.get_attribute("data-steps") == steps


def test_keys_move_the_paddle_and_not_the_page(stage, figure):
    stage = stage()
    stage.show(figure)
    page = stage.page
    page.evaluate("document.body.style.minHeight = '4000px'")
    court = page.locator(".lbl-court")
    court.focus()
    page.keyboard.press(" ")
    page.keyboard.down("ArrowDown")
    page.wait_for_function(f"({LOOK})().you > 250")
    page.keyboard.up("ArrowDown")
    page.keyboard.press(" ")
    assert page.evaluate("scrollY") == 0
    # A list keeps its keys: there the arrows choose.
    page.get_by_label("Speed").focus()
    before = look(page)
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("Speed").input_value() == "2" and look(page) == before


def test_keys_outside_are_the_pages(stage, figure):
    stage = stage()
    root = stage.show(figure)
    page = stage.page
    page.evaluate("document.body.style.minHeight = '4000px'")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("scrollY > 0")
    assert root.get_attribute("data-steps") == "0"


def test_pointer_starts_and_leads_the_paddle(stage, figure):
    stage = stage(width=360)
    root = stage.show(figure)
    page = stage.page
    box = page.locator(".lbl-court").bounding_box()
    height = lambda share: box["y"] + share * box["height"]  # noqa: E731
    page.mouse.click(box["x"] + 20, height(0.9))
    assert root.get_attribute("data-running") == "true"
    page.wait_for_function(f"({LOOK})().you > 300")
    page.mouse.move(box["x"] + 20, height(0.1), steps=3)
    page.wait_for_function(f"({LOOK})().you < 20")
    assert page.evaluate("getComputedStyle(document.querySelector('.lbl-court')).touchAction") == (
        "none"
    )


def test_touch_leads_the_paddle(stage, figure):
    stage = stage(width=360)
    root = stage.show(figure)
    page = stage.page
    box = page.locator(".lbl-court").bounding_box()
    page.touchscreen.tap(box["x"] + 100, box["y"] + 0.9 * box["height"])
    page.wait_for_function(f"({LOOK})().you > 300")
    assert root.get_attribute("data-running") == "true"


def test_pauses_when_nobody_can_see_it(stage, figure):
    stage = stage()
    root = stage.show(figure)
    page = stage.page
    running = lambda: root.get_attribute("data-running") == "true"  # noqa: E731
    page.get_by_role("button", name="Start").click()
    assert running()
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
          document.dispatchEvent(new Event("visibilitychange")); delete document.hidden; }"""
    )
    assert not running()
    page.get_by_role("button", name="Start").click()
    page.evaluate("document.body.style.minHeight = '9000px'; scrollTo(0, 8000)")
    page.wait_for_function("document.querySelector('.lbl-figure').dataset.running === 'false'")


def test_clean_up_leaves_nothing_running(stage, figure):
    stage = stage()
    root = stage.show(figure)
    page = stage.page
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("+document.querySelector('.lbl-figure').dataset.steps > 2")
    page.evaluate("window.cleanUp()")
    steps = root.get_attribute("data-steps")
    page.wait_for_timeout(200)
    assert root.get_attribute("data-steps") == steps
    assert page.evaluate("window.model.count()") == 0


def test_drawn_actions_follow_the_probabilities(stage, rng):
    """With a policy that doesn't look, the paddle's moves have its probabilities."""
    fixed = [np.zeros((6, 2)), np.zeros(2), np.zeros((2, 3)), np.log([0.2, 0.5, 0.3])]
    stage = stage(reduced=True)
    root = stage.show(PlayPong(None, points=100, seed=1, fixed=fixed))
    np.testing.assert_allclose(held(root), [0.2, 0.5, 0.3], atol=1e-6)
    counts = stage.page.evaluate(
        """() => {
          const counts = [0, 0, 0];
          const rows = document.querySelectorAll(".lbl-live")[0].querySelectorAll("tr");
          const step = [...document.querySelectorAll("button")].find((b) => b.textContent === "Step");
          for (let i = 0; i < 1000; i++) {
            step.click();
            counts[[...rows].findIndex((row) => row.className === "is-best")] += 1;
          }
          return counts;
        }"""  # noqa: E501
    )
    np.testing.assert_allclose(np.array(counts) / 1000, [0.2, 0.5, 0.3], atol=0.05)


def test_accessible_and_narrow(stage, figure):
    stage = stage(theme="dark", width=360)
    stage.show(figure)
    stage.page.get_by_role("button", name="Start").click()
    stage.page.wait_for_timeout(200)
    stage.page.get_by_role("button", name="Pause").click()
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_ages_come_from_the_record(tmp_path, rng):
    ages, mine = [policy(rng, 8), policy(rng, 8)], policy(rng, 5)
    np.savez(tmp_path / "w.npz", *ages[0], *ages[1])
    entries = [
        {"name": "beginner", "episodes": 64, "n_arrays": 4},
        {"name": "expert", "episodes": 6400, "n_arrays": 4},
    ]
    run = save_run("small", tmp_path, {}, {}, {"ages": entries})
    figure = PlayPong(tmp_path / "w.npz", run, my_own=mine)
    names = [agent["name"] for agent in figure.agents]
    assert names == ["my own", "beginner (64 games)", "expert (6,400 games)"]
    assert "my own, beginner (64 games), expert (6,400 games)" in repr(figure)
    assert [agent["n_arrays"] for agent in figure.agents] == [4, 4, 4]
    assert figure.weights.endswith(b"".join(a.tobytes() for a in [*mine, *ages[0], *ages[1]]))
    np.savez(tmp_path / "w.npz", *ages[0])
    with pytest.raises(ValueError, match="holds 4 arrays, and .* to which ages"):
        PlayPong(tmp_path / "w.npz", run)


def test_the_recorded_agent(root):
    """The weights and the record in data/ belong together, and what the record says is so."""
    weights, run = root / "data/weights/small_pong.npz", root / "data/runs/small_pong.json"
    figure = PlayPong(weights, run)
    assert len(figure.agents) == 3 and len(figure.weights) < 50_000
    arrays, ages = load_npz(name=weights), load_run(run)["result"]["ages"]
    for i, age in enumerate(ages):
        net = arrays[4 * i : 4 * i + 4]
        games = make_environments(lambda: SmallPong(opponent=80), 10)
        policy = lambda seen: np.stack([probabilities(net, x) for x in seen])  # noqa: B023, E731
        margin = evaluate(games, policy, 10, seed=5).mean()
        assert margin == pytest.approx(age["drawn"]["80"], abs=1.5)
    drawn = [age["drawn"]["80"] for age in ages]
    assert drawn[0] < 0 < drawn[1] < drawn[2]


def test_arguments_are_checked(arrays, tmp_path):
    with pytest.raises(FileNotFoundError):
        PlayPong(tmp_path / "none.npz", tmp_path / "none.json")
    with pytest.raises(ValueError, match="there is no agent"):
        PlayPong(None)
    with pytest.raises(ValueError, match="points is 0"):
        PlayPong(None, points=0, mine=arrays)
    with pytest.raises(ValueError, match="seed is -1"):
        PlayPong(None, seed=-1, mine=arrays)
    with pytest.raises(TypeError, match="mine is a int; expected the path"):
        PlayPong(None, mine=3)
    with pytest.raises(ValueError, match="mine holds .* expected dense layers"):
        PlayPong(None, mine=arrays[:2])
    for bad in [arrays[:3], [], [np.zeros((6, 3)), np.zeros(4)], [np.zeros((5, 3)), np.zeros(3)]]:
        with pytest.raises(ValueError, match="expected dense layers"):
            check_policy(bad, "bad")
    arrays[1][0] = np.nan
    with pytest.raises(ValueError, match="mine holds NaN"):
        PlayPong(None, mine=arrays)
