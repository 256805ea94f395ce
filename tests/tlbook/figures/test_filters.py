import numpy as np
import pytest

from tlbook.figures import FiltersOverEpochs, filter_greys, save_filters


def test_each_unit_is_scaled_by_its_own_largest_weight(rng):
    W = rng.normal(size=(784, 3)) * [1.0, 0.001, 50.0]
    greys = filter_greys(W, n=3)
    assert greys.shape == (3, 28, 28) and greys.dtype == np.uint8
    for unit in range(3):
        w = W[:, unit]
        place = np.abs(w).argmax()
        assert greys[unit].ravel()[place] == (255 if w[place] > 0 else 0)
        back = (greys[unit].ravel() / 127.5 - 1) * np.abs(w).max()
        assert np.abs(back - w).max() <= np.abs(w).max() / 255 + 1e-9


def test_a_unit_of_zeros_is_grey():
    assert set(filter_greys(np.zeros((784, 1)), n=1).ravel().tolist()) == {128}


def test_the_figure_shows_what_was_saved(tmp_path, rng):
    weights = [rng.normal(size=(784, 30)) for _ in range(3)]
    path = save_filters(tmp_path / "filters.npz", weights, [0, 1, 5], [0.1, 0.91, 0.96])
    figure = FiltersOverEpochs(path)
    assert figure.epochs == [0, 1, 5] and figure.val_acc == [0.1, 0.91, 0.96] and figure.n == 12
    assert figure.filters == b"".join(filter_greys(W, 12).tobytes() for W in weights)


def test_a_matrix_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"W has shape \(100, 30\); expected \(784, units\)"):
        filter_greys(np.zeros((100, 30)))
    with pytest.raises(ValueError, match="n is 25; expected a whole number from 1 to 10"):
        filter_greys(np.zeros((784, 10)), 25)


def test_lengths_that_differ_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(ValueError, match="as many of each"):
        save_filters(tmp_path / "filters.npz", [np.eye(784)], [0, 1], [0.1])
    assert not list(tmp_path.iterdir())
