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
        (lambda: visualize.CNN2d(np.ones((784, 3))), ["(784, 3)", "Conv2dLayer"]),
        (lambda: visualize.images2d(np.ones((4, 784))), ["(4, 784)", "reshape(-1, 28, 28)"]),
        (lambda: visualize.images2d(np.ones((0, 3, 3))), ["(0, 3, 3)"]),
        (lambda: visualize.images2d(np.ones((2, 3, 3, 2))), ["(2, 3, 3, 2)", "3 colours"]),
        (
            lambda: visualize.images2d(np.ones((2, 3, 3)), labels=[1]),
            ["labels has 1 entries for 2 images"],
        ),
        (lambda: visualize.curves({}), ["runs is empty", "{'name': history}"]),
        (
            lambda: visualize.curves({"a": {"epoch": [1], "loss": [2]}}),
            ["'a' has no 'val_acc'", "['epoch', 'loss']"],
        ),
        (lambda: visualize.curves({"a": {"epoch": [1], "val_acc": [None]}}), ["no 'val_acc'"]),
    ],
)
def test_errors_name_what_came_and_leave_no_figure(call, parts):
    with pytest.raises(ValueError) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value
    assert not plt.get_fignums()


def groups(n=60, dimensions=10):
    """Vectors in three directions, of very different lengths, and the group of each."""
    draw = np.random.default_rng(1)
    group = np.arange(n) % 3
    vectors = draw.normal(size=(3, dimensions))[group] + 0.15 * draw.normal(size=(n, dimensions))
    return vectors * draw.uniform(0.05, 20, (n, 1)), group


def own_group_is_near(positions, group):
    """The share of points whose nearest point is of their own group."""
    apart = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return np.mean(group[apart.argmin(1)] == group)


def test_tsne_keeps_neighbours_by_direction_whatever_the_length():
    vectors, group = groups()
    positions = visualize.tsne(vectors, perplexity=8, max_iter=300)
    assert positions.shape == (60, 2) and positions.dtype == np.float32
    assert own_group_is_near(positions, group) > 0.95
    scaled = visualize.tsne(vectors * 2, perplexity=8, max_iter=300)
    np.testing.assert_allclose(positions, scaled, atol=1e-3)  # lengths don't count


def test_tsne_starts_where_it_is_told_whatever_the_size():
    vectors, group = groups()
    draw = np.random.default_rng(3)
    corners = np.array([[0, 0], [10, 0], [0, 10]])[group] + draw.normal(size=(60, 2))
    first = visualize.tsne(vectors, perplexity=8, init=corners, max_iter=300)
    # Another start, another map: the start isn't ignored.
    elsewhere = visualize.tsne(vectors, perplexity=8, init=corners[::-1].copy(), max_iter=300)
    assert np.abs(first - elsewhere).mean() > 0.1
    # A power of two changes no digit, and t-SNE magnifies a change in the last one.
    large = visualize.tsne(vectors, perplexity=8, init=corners * 1024, max_iter=300)
    np.testing.assert_allclose(first, large, atol=1e-3)


def test_a_map_has_a_dot_and_a_name_for_each_word():
    words = {i: f"w{i}" for i in range(40)} | {3: "$a", 4: "b_$"}
    positions = rng.normal(size=(20, 2))
    figure = visualize.tsne_embedding(
        rng.normal(size=(40, 5)), words, plot_only=20, positions=positions, title="words"
    )
    figure.canvas.draw()  # a name with dollar signs is no formula
    axis = figure.axes[0]
    assert [text.get_text() for text in axis.texts] == [words[i] for i in range(20)]
    np.testing.assert_allclose(axis.collections[0].get_offsets(), positions)
    np.testing.assert_allclose([text.xy for text in axis.texts], positions)
    assert axis.get_title() == "words"


def test_a_map_lays_its_words_out_itself():
    vectors, group = groups(45)
    figure = visualize.tsne_embedding(vectors, [str(i) for i in range(45)], 30, perplexity=5)
    offsets = np.asarray(figure.axes[0].collections[0].get_offsets())
    assert offsets.shape == (30, 2) and own_group_is_near(offsets, group[:30]) > 0.9


def test_fewer_words_than_wanted_are_all_drawn_and_it_is_said():
    with pytest.warns(UserWarning, match="plot_only is 500, but there are 9 words"):
        figure = visualize.tsne_embedding(
            np.eye(9), list("abcdefghi"), positions=rng.normal(size=(9, 2))
        )
    assert len(figure.axes[0].texts) == 9


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: visualize.tsne(np.eye(20), perplexity=30), ["perplexity is 30 for 20", "take 5"]),
        (lambda: visualize.tsne(np.eye(9), perplexity=0), ["perplexity is 0"]),
        (lambda: visualize.tsne(np.ones((50, 1))), ["(50, 1)", "2 dimensions"]),
        (lambda: visualize.tsne(np.eye(50), init=np.ones((9, 2))), ["init", "(9, 2)", "(50, 2)"]),
        (lambda: visualize.tsne_embedding(np.eye(9), {}, 0), ["plot_only is 0"]),
        (lambda: visualize.tsne_embedding(np.eye(9), {0: "a"}, 5), ["1 words", "ids 0 to 4"]),
        (lambda: visualize.tsne_embedding(np.eye(9), ["a"], 5), ["1 words", "ids 0 to 4"]),
        (
            lambda: visualize.tsne_embedding(
                np.eye(9), list("abcdefghi"), 5, positions=np.ones((4, 2))
            ),
            ["positions", "(4, 2)", "(5, 2)"],
        ),
    ],
)
def test_maps_that_can_not_be_drawn(call, parts):
    with pytest.raises(ValueError) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value
    assert not plt.get_fignums()
