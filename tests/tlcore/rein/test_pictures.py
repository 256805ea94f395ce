import numpy as np
import pytest

from tlcore.rein.pictures import PongPictures, court_pictures

rng = np.random.default_rng(0)


def test_a_pixel_is_the_mean_of_four():
    courts = rng.integers(0, 256, (3, 80, 80), dtype=np.uint8)
    now, before = courts[1:].reshape(2, -1), courts[:2].reshape(2, -1)
    pictures = court_pictures(now, before)
    assert pictures.shape == (2, 40, 40, 2) and pictures.dtype == np.float32
    for _ in range(50):
        i, y, x = rng.integers(2), rng.integers(40), rng.integers(40)
        for channel, court in ((0, courts[i + 1]), (1, courts[i])):
            mean = np.mean(court[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].astype(float))
            assert pictures[i, y, x, channel] == pytest.approx((mean - 87) / 50, abs=1e-6)


def test_pong_shows_two_paddles_on_an_empty_court():
    games = PongPictures(1)
    now = games.reset(0, seed=0)
    for _ in range(60):
        before = now
        [(now, _, _)] = games.step([0], [0])
    (picture,) = games.inputs(now[None], before[None])
    assert picture.shape == games.input_shape == (40, 40, 2) and games.n_actions == 3
    columns = np.flatnonzero((np.abs(picture[1:-1, :, 0]) > 0.1).any(axis=0))
    assert np.mean(np.abs(picture[2:-2]) < 1e-6) > 0.9  # the court itself is 0
    assert columns.min() < 10 and columns.max() > 30
