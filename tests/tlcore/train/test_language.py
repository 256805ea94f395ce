"""Training a language model: against a loop by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax

from tlcore.iterate import ptb_iterator
from tlcore.layers import (
    DenseLayer,
    DropoutLayer,
    EmbeddingInputlayer,
    InputLayer,
    RecurrentModel,
    RNNLayer,
    WordLogitsLayer,
)
from tlcore.train import (
    LanguageTrainer,
    load_checkpoint,
    perplexity,
    save_checkpoint,
    train_language_model,
)

WORDS = 12
TEXT = np.arange(400) * 5 % WORDS  # each word follows from the one before it,
TEXT[::11] = np.random.default_rng(5).integers(0, WORDS, 37)  # but for some


def language_model(output="tied", keep=None):
    words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), WORDS, 8, name="embedding")
    network = words if keep is None else DropoutLayer(words, keep, name="drop1")
    network = RNNLayer(network, "lstm", {"forget_bias": 0.0}, n_hidden=8, name="lstm1")
    network = RNNLayer(network, "lstm", n_hidden=8, return_seq_2d=True, name="lstm2")
    if output == "dense":
        return DenseLayer(network, WORDS)
    return WordLogitsLayer(network, WORDS, tied_to=words if output == "tied" else None)


def weights(network):
    return [np.array(param) for param in network.all_params]


@pytest.mark.parametrize("output", ["dense", "tied"])
def test_an_epoch_is_the_loop_by_hand(output):
    """Carried state, clipped gradient, the short last window: all as in a loop over the windows."""
    network = language_model(output)
    begin = weights(network)
    trainer = LanguageTrainer(network, TEXT, 3, 6, learning_rate=0.7, max_grad_norm=0.5)
    losses = trainer.run(4) + trainer.run()  # in two calls: the state is carried between them too
    assert trainer.epoch == 1 and trainer.step == 0
    end = weights(network)

    for param, value in zip(network.all_params, begin, strict=True):
        param.assign(value)
    model, state, total, norms = RecurrentModel(network), None, 0.0, []
    for x, y in ptb_iterator(TEXT, 3, 6):
        with tf.GradientTape() as tape:
            logits, state = model(x, state)
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(y.ravel(), logits)
            cost = tf.reduce_sum(each) / 3
        values = [v.value for v in network.all_params]
        gradients = tape.gradient(cost, values)
        gradients, norm = tf.clip_by_global_norm(gradients, 0.5)
        for value, gradient in zip(values, gradients, strict=True):
            value.assign_sub(0.7 * tf.convert_to_tensor(gradient))
        total += 3 * float(cost)
        norms.append(float(norm))
    assert max(norms) > 0.5  # or nothing was clipped
    np.testing.assert_allclose(losses, total, rtol=1e-5)
    for mine, theirs in zip(end, weights(network), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_the_settings_of_the_next_step_may_be_assigned():
    network = language_model(keep=0.9)
    trainer = LanguageTrainer(network, TEXT, 4, 3)
    before = weights(network)
    trainer.max_grad_norm, trainer.learning_rate = 1e-3, 0.5
    network.set_keep({"drop1": 0.5})
    trainer.run(1)
    pairs = zip(weights(network), before, strict=True)
    moved = np.sqrt(sum(((a - b) ** 2).sum() for a, b in pairs))
    assert 0 < moved <= 0.5e-3 * 1.01
    assert trainer.max_grad_norm == 1e-3 and trainer.learning_rate == 0.5


def test_the_rate_decays_as_in_the_seeds():
    trainer = LanguageTrainer(language_model(), TEXT, 20, 19, max_epoch=1, lr_decay=0.5)
    history = train_language_model(trainer, 5, print_freq=0)
    assert history["learning_rate"] == [1.0, 1.0, 0.5, 0.25, 0.125]
    assert "val_perplexity" not in history
    np.testing.assert_allclose(history["train_perplexity"], np.exp(history["loss"]))


def test_windows_change_no_perplexity():
    network = language_model("dense")
    before = perplexity(network, TEXT[:100])
    LanguageTrainer(network, TEXT, 4, 3).run()
    model, state, nats = RecurrentModel(network), None, 0.0
    for word, following in zip(TEXT[:99], TEXT[1:100], strict=True):  # one word at a time
        logits, state = model([[word]], state)
        nats -= log_softmax(logits.numpy()[0].astype("float64"))[following]
    by_hand = np.exp(nats / 99)
    for num_steps in (1, 7, 500):
        assert np.isclose(perplexity(network, TEXT[:100], 1, num_steps), by_hand, rtol=1e-5)
    assert perplexity(network, TEXT[:100], batch_size=5) != pytest.approx(by_hand, rel=1e-5)
    assert abs(by_hand - before) > 0.1  # the even guess it began with would prove nothing


@pytest.mark.parametrize("optimizer", [None, "adam"])
def test_sampled_softmax_lowers_the_whole_ones_perplexity(optimizer, capsys):
    network = language_model("own", keep=0.9)
    optimizer = optimizer and keras.optimizers.Adam()
    trainer = LanguageTrainer(
        network, TEXT[:391], 3, 3, learning_rate=0.01 if optimizer else 1.0, optimizer=optimizer,
        num_sampled=6,
    )  # fmt: skip
    history = train_language_model(trainer, 6, valid=TEXT[:100])
    assert history["val_perplexity"][-1] < 0.8 * history["val_perplexity"][0]
    assert history["train_perplexity"] == [None] * 6
    report = capsys.readouterr().out
    assert "Epoch: 6/6 Valid Perplexity: " in report and "Train Perplexity" not in report
    assert report.count("Learning rate") == 6


def test_a_text_shorter_than_a_window():
    network = language_model()
    trainer = LanguageTrainer(network, TEXT[:9], 2, 500)
    assert (trainer.n_steps, trainer.n_examples) == (1, 6) and np.isfinite(trainer.run())


def test_averages_are_the_means_over_the_steps():
    network = language_model()
    trainer = LanguageTrainer(network, TEXT, 4, 11, average_from=1)
    seen = []
    while trainer.epoch < 2:
        counts = trainer.epoch >= 1
        trainer.run(1)
        if counts:
            seen.append(weights(network))
    last = weights(network)
    with trainer.averaged():
        for mean, *values in zip(weights(network), *seen, strict=True):
            np.testing.assert_allclose(mean, np.mean(values, axis=0), atol=1e-6)
        averaged = perplexity(network, TEXT)
    for value, before in zip(weights(network), last, strict=True):
        np.testing.assert_array_equal(value, before)
    history = train_language_model(trainer, 3, valid=TEXT, print_freq=0)
    assert history["val_perplexity"][0] != pytest.approx(perplexity(network, TEXT, 4), rel=1e-4)
    assert averaged > 1
    history = train_language_model(trainer, 4, valid=TEXT, print_freq=0, progress=False)
    last = perplexity(network, TEXT, trainer.batch_size, trainer.num_steps)
    with trainer.averaged():
        averaged = perplexity(network, TEXT, trainer.batch_size, trainer.num_steps)
    assert history["val_perplexity_last"][-1] == pytest.approx(last) != averaged
    assert history["val_perplexity"][-1] == pytest.approx(averaged)


def test_a_loss_that_is_no_number_is_told():
    network = language_model()
    trainer = LanguageTrainer(network, TEXT, 4, 3, learning_rate=9.0)
    network.all_params[-1].assign(np.full(WORDS, np.nan))
    with pytest.raises(FloatingPointError, match="is 9 and max_grad_norm is 5: try smaller"):
        trainer.run()


def test_a_checkpoint_of_other_windows_is_refused(tmp_path):
    trainer = LanguageTrainer(language_model(), TEXT, 4, 3)
    trainer.run(3)
    save_checkpoint(tmp_path / "run.npz", trainer, {"loss": []})
    other = LanguageTrainer(language_model(), TEXT, 4, 9)
    with pytest.raises(ValueError, match="saved with num_steps 3, this run has 9"):
        load_checkpoint(tmp_path / "run.npz", other)
    assert other.step == 0


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda n: LanguageTrainer(n, []), ["data has shape (0,)"]),
        (lambda n: LanguageTrainer(n, [1, 2, 12] * 40), ["ids from 1 to 12", "0 to 11"]),
        (lambda n: LanguageTrainer(n, TEXT, batch_size=300), ["400 words", "batch_size is 300"]),
        (lambda n: LanguageTrainer(n, TEXT, num_steps=0), ["num_steps is 0"]),
        (lambda n: LanguageTrainer(n, TEXT, lr_decay="x"), ["lr_decay is 'x'"]),
        (lambda n: LanguageTrainer(n, TEXT, num_sampled=13), ["num_sampled is 13", "12 words"]),
        (lambda n: LanguageTrainer(language_model("dense"), TEXT, num_sampled=3),
         ["ends in a DenseLayer", "WordLogitsLayer"]),
        (lambda n: LanguageTrainer(n.below[0].below[0], TEXT), ["(None, None, 8)", "seq_2d=True"]),
        (lambda n: LanguageTrainer(RNNLayer(InputLayer((5, 4)), return_seq_2d=True), TEXT),
         ["takes float32", "ids of shape"]),
        (lambda n: LanguageTrainer(DenseLayer(InputLayer((4,)), 3), TEXT), ["no recurrent layer"]),
        (lambda n: perplexity(n, [3]), ["1 words"]),
        (lambda n: perplexity(n, [3, 99]), ["0 to 11"]),
    ],
)  # fmt: skip
def test_bad_input(call, parts):
    with pytest.raises(ValueError) as error:
        call(language_model())
    assert all(part in str(error.value) for part in parts), error.value
