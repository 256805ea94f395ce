import numpy as np
import pytest

from tlcore.rein import court_difference, court_pictures, grey_court, pong_frame

rng = np.random.default_rng(0)


def screen():
    """A hand-made screen: both backgrounds, two paddles and a ball, each at a known place."""
    frame = np.zeros((210, 160, 3), np.uint8)
    frame[:] = (144, 72, 17)
    frame[:100] = (109, 118, 43)
    frame[:34] = (236, 236, 236)  # the score, outside of the court
    frame[195:] = (236, 236, 236)  # the lower rim
    frame[60:76, 16:20] = (213, 130, 74)  # left paddle
    frame[120:136, 140:144] = (92, 186, 92)  # right paddle
    frame[151:153, 80:82] = (236, 236, 236)  # the ball, on an odd row
    return frame


def test_pong_frame_keeps_paddles_and_ball():
    seen = pong_frame(screen())
    assert seen.shape == (6400,) and seen.dtype == np.float32
    want = np.zeros((80, 80))
    want[13:21, 8:10] = 1  # rows 61, 63, ..., 75 of the screen
    want[43:51, 70:72] = 1
    want[58, 40] = 1  # row 151
    np.testing.assert_array_equal(seen.reshape(80, 80), want)


def test_pong_frame_leaves_the_screen_as_it_is():
    frame = screen()
    pong_frame(frame)
    np.testing.assert_array_equal(frame, screen())


def test_black_counts_as_background():
    assert not pong_frame(np.zeros((210, 160, 3), np.uint8)).any()


def test_pong_frame_refuses_other_shapes():
    with pytest.raises(ValueError, match=r"expected \(210, 160, 3\)"):
        pong_frame(np.zeros((210, 160), np.uint8))


def test_grey_court_is_every_second_pixel_between_the_rims():
    grey = np.arange(2 * 210 * 160).reshape(2, 210, 160)
    court = grey_court(grey)
    assert court.shape == (2, 6400)
    for row, column in [(0, 0), (0, 1), (1, 0), (37, 12), (79, 79)]:
        assert court[1, 80 * row + column] == grey[1, 35 + 2 * row, 2 * column]


def test_a_difference_below_zero_does_not_wrap_around():
    now, before = np.array([[0, 255, 87]], np.uint8), np.array([[255, 0, 87]], np.uint8)
    difference = court_difference(now, before)
    assert difference.dtype == np.float32
    np.testing.assert_allclose(difference, [[-2.55, 2.55, 0]], rtol=1e-6)


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
