import numpy as np

from tlcore.rein import learning_curve, reached


def history(n, batch=10):
    rewards = np.minimum(-21 + 0.1 * np.arange(n), 20)
    update = 1 + np.arange(n) // batch
    return {
        "episode": list(range(1, n + 1)),
        "reward": rewards.tolist(),
        "steps": [1000] * n,
        "update": update.tolist(),
        "seconds": (2.0 * update).tolist(),
        "cpu_seconds": (3.0 * update).tolist(),
    }


def test_curve_has_an_entry_for_each_update_the_short_last_one_included():
    curve = learning_curve(history(25), frames_a_step=4)
    assert curve["episodes"] == [10, 20, 25] and curve["frames"] == [40_000, 80_000, 100_000]
    assert curve["cpu_seconds"] == [3, 6, 9] and curve["seconds"] == [2, 4, 6]
    np.testing.assert_allclose(curve["reward"], [-20.55, -19.55, -18.8])
    np.testing.assert_allclose(curve["mean_reward"], [-20.55, -20.05, -19.8])


def test_a_level_is_reached_when_100_episodes_in_a_row_have_it_on_average():
    curve = learning_curve(history(400))
    first = reached(curve, 0)
    n = first["episodes"]
    rewards = np.array(history(400)["reward"])
    assert rewards[n - 100 : n].mean() >= 0 > rewards[n - 110 : n - 10].mean()
    assert first["cpu_seconds"] == 3 * n / 10


def test_a_good_start_is_not_yet_a_mean_of_100():
    flat = history(300) | {"reward": [5.0] * 300}
    assert reached(learning_curve(flat), 5)["episodes"] == 100
    assert reached(learning_curve(history(300)), 20) is None


def test_a_run_without_episodes_has_an_empty_curve():
    assert set(map(tuple, learning_curve({k: [] for k in history(1)}).values())) == {()}
