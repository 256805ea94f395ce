import matplotlib.pyplot as plt
import numpy as np
import pytest

import tlcore as tl
from tlcore import visualize

# Clipped colours, a legend of nothing, NaN as a byte: matplotlib draws on, and warns.
pytestmark = pytest.mark.filterwarnings("error")
rng = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def drawn(figure):
    """The grid of a figure, and the range that its colours span."""
    (image,) = figure.axes[0].images
    figure.canvas.draw()
    return np.ma.filled(image.get_array().astype("float64"), np.nan), image.get_clim()


def tiles(grid, height, width, gap=1):
    """Cut the images out of a grid, row by row."""
    rows = range(gap, grid.shape[0], height + gap)
    columns = range(1, grid.shape[1], width + 1)
    return [grid[y : y + height, x : x + width] for y in rows for x in columns]


def test_images_lie_row_by_row_with_a_line_between():
    images = rng.random((5, 3, 4))
    grid, limits = drawn(visualize.images2d(images, n_columns=2))
    assert grid.shape == (3 * 4 + 1, 2 * 5 + 1)
    cut = tiles(grid, 3, 4)
    np.testing.assert_allclose(cut[:5], images, rtol=1e-6)
    assert np.isnan(cut[5]).all() and np.isnan(grid[0]).all() and np.isnan(grid[:, 5]).all()
    assert limits == pytest.approx((images.min(), images.max()))


def test_the_grid_is_about_square_and_a_last_axis_of_1_goes():
    grid, _ = drawn(visualize.images2d(rng.random((9, 2, 2, 1))))
    assert grid.shape == (10, 10)
    grid, _ = drawn(visualize.images2d(rng.random((1, 2, 2))))
    assert grid.shape == (4, 4)


def test_columns_of_W_are_scaled_to_length_1():
    W = rng.normal(size=(6, 4)) * [1, 10, 100, 0]
    grid, limits = drawn(visualize.W(W, shape=(2, 3)))
    expected = [W[:, i].reshape(2, 3) / np.linalg.norm(W[:, i]) for i in range(3)]
    np.testing.assert_allclose(tiles(grid, 2, 3)[:3], expected, rtol=1e-5)
    assert not tiles(grid, 2, 3)[3].any()  # a unit without weights is grey, not an error
    assert limits[0] == -limits[1] == pytest.approx(-np.abs(expected).max(), rel=1e-5)


def test_W_takes_a_networks_parameter_and_draws_the_first_n():
    layer = tl.layers.DenseLayer(tl.layers.InputLayer((784,)), 100)
    grid, _ = drawn(visualize.W(layer.all_params[0], n=16, title="first layer"))
    assert grid.shape == (4 * 29 + 1, 4 * 29 + 1)


def test_zero_is_in_the_middle_even_where_all_is_zero():
    grid, (low, high) = drawn(visualize.W(np.zeros((4, 2)), shape=(2, 2)))
    assert low == -high < 0


def test_filters_of_one_channel():
    filters = rng.normal(size=(5, 4, 1, 6))
    grid, limits = drawn(visualize.CNN2d(filters, n=4))
    np.testing.assert_allclose(tiles(grid, 5, 4), np.moveaxis(filters[:, :, 0, :4], -1, 0), 1e-6)
    assert limits[0] == -limits[1]


def test_filters_of_three_channels_are_colours_from_0_to_1():
    filters = rng.normal(size=(5, 5, 3, 4))
    grid, _ = drawn(visualize.CNN2d(filters))
    first = filters[..., 0]
    expected = (first - first.min()) / (first.max() - first.min())
    np.testing.assert_allclose(tiles(grid, 5, 5)[0], expected, atol=1e-6)


def test_labels_stand_above_their_images():
    figure = visualize.images2d(rng.random((4, 9, 9)), labels=[7, 2, 1, 0], title="digits")
    texts = figure.axes[0].texts
    assert [text.get_text() for text in texts] == ["7", "2", "1", "0"]
    assert texts[0].get_position()[0] < texts[1].get_position()[0]
    assert texts[0].get_position()[1] < texts[2].get_position()[1]
    assert figure.axes[0].get_title() == "digits"


def test_curves_leave_out_what_was_not_measured():
    runs = {
        "a": {"epoch": [1, 2, 3], "val_acc": [0.1, None, 0.3]},
        "b": {"epoch": [1], "val_acc": [0.5]},
    }
    figure = visualize.curves(runs, marks={2: 0.9}, title="t")
    axis = figure.axes[0]
    assert [line.get_label() for line in axis.lines] == ["a", "b", "published"]
    assert axis.lines[0].get_xydata().tolist() == [[1, 0.1], [3, 0.3]]
    assert axis.lines[2].get_xydata().tolist() == [[2, 0.9]]
    assert (axis.get_xlabel(), axis.get_ylabel(), axis.get_title()) == ("epoch", "val acc", "t")


def test_each_picture_is_a_new_figure_and_can_be_saved(tmp_path):
    first, second = (visualize.images2d(rng.random((4, 3, 3))) for _ in range(2))
    assert first is not second
    first.savefig(tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").stat().st_size > 1000


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: visualize.W(np.ones((784, 3)), shape=(10, 10)), ["(784, 3)", "(100, units)"]),
        (lambda: visualize.W(np.ones(784)), ["(784,)", "28 x 28"]),
        (lambda: visualize.CNN2d(np.ones((784, 3))), ["CNN2d", "(784, 3)", "Conv2dLayer"]),
        (lambda: visualize.images2d(np.ones((4, 784))), ["(4, 784)", "reshape(-1, 28, 28)"]),
        (lambda: visualize.images2d(np.ones((0, 3, 3))), ["(0, 3, 3)"]),
        (lambda: visualize.images2d(np.ones((2, 3, 3, 2))), ["(2, 3, 3, 2)", "3 colours"]),
        (lambda: visualize.images2d(np.ones((2, 3, 3)), labels=[1]), ["1 labels for 2 images"]),
        (lambda: visualize.curves({}), ["runs is empty", "{'name': history}"]),
        (
            lambda: visualize.curves({"a": {"epoch": [1], "loss": [2]}}),
            ["'a' has no 'val_acc'", "['epoch', 'loss']"],
        ),
        (
            lambda: visualize.curves({"a": {"epoch": [1], "val_acc": [None]}}),
            ["'a' has no 'val_acc'"],
        ),
    ],
)
def test_errors_name_what_came_and_leave_no_figure(call, parts):
    with pytest.raises(ValueError) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value
    assert not plt.get_fignums()
