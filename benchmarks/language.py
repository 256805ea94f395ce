"""Language model: words a second beside stateful Keras layers and PyTorch's LSTM.

The tutorial's small network for all: 10,000 words, vectors of 200 numbers, two LSTM layers of 200
units, 20 segments, windows of 20 words with the state carried along, plain gradient descent with
the gradient clipped at 5. Each has one thread. All begin with the same weights, and a test sees to
it that their losses stay the same.

A sampled softmax is quicker and learns something else, so its speed stands beside the perplexity
that it leads to, computed with the whole softmax.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

import tlbook
import tlcore as tl
from benchmarks.interleaved import ratios, take_turns

WORDS = 10_000
UNITS = 200
BATCH, STEPS = 20, 20
DRAWN = 512  # words of the sampled softmax
CLIP = 5.0
WINDOWS = 50  # in a round
EPOCHS = 3  # where perplexities are compared
GROWTH = {"batch_size": (20, 40, 80, 160), "hidden_size": (100, 200, 400, 800)}


def network(units: int = UNITS, words: int = WORDS) -> tl.layers.Layer:
    """Return the tutorial's small network."""
    keras.utils.set_random_seed(1)
    L = tl.layers
    ids = L.InputLayer((None,), dtype="int32")
    net = L.EmbeddingInputlayer(ids, words, units, E_init=_uniform())
    for last in (False, True):
        net = L.RNNLayer(
            net, "lstm", {"forget_bias": 0.0}, units, _uniform(), return_seq_2d=last
        )
    return L.WordLogitsLayer(net, words, W_init=_uniform())


def _uniform() -> keras.initializers.Initializer:
    return keras.initializers.RandomUniform(-0.1, 0.1)


def ours(
    net: tl.layers.Layer, data: np.ndarray, batch: int = BATCH, drawn: int | None = None
) -> Callable[[int], float]:
    """Return a function that trains so many windows more and returns nats per word."""
    trainer = tl.train.LanguageTrainer(
        net, data, batch, STEPS, max_grad_norm=CLIP, num_sampled=drawn
    )
    return lambda n: trainer.run(n) / (n * batch * STEPS)


def in_keras(net: tl.layers.Layer, data: np.ndarray) -> Callable[[int], float]:
    """The same with Keras's stateful layers and ``train_on_batch``, from the weights of `net`."""
    E, *lstm, W, b = [p.numpy() for p in net.all_params]
    words, units = E.shape
    ids = keras.Input(batch_shape=(BATCH, STEPS), dtype="int32")
    out = keras.layers.Embedding(words, units)(ids)
    for _ in range(2):
        out = keras.layers.LSTM(units, return_sequences=True, stateful=True)(out)
    model = keras.Model(ids, keras.layers.Dense(words)(out))
    model.set_weights([E, *lstm, W.T, b])
    # Keras takes the mean over the steps; the tutorial sums them, and its rate is for the sum.
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(1.0 * STEPS, global_clipnorm=CLIP / STEPS)
    model.compile(optimizer, loss)
    windows = _windows(data)

    def work(n: int) -> float:
        total = 0.0
        for _ in range(n):
            total += float(model.train_on_batch(*next(windows)))
        return total / n

    return work


def in_torch(net: tl.layers.Layer, data: np.ndarray) -> Callable[[int], float]:
    """The same with PyTorch, as its language model example does it, from the weights of `net`."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    E, *lstm, W, b = [torch.from_numpy(np.array(p.numpy())) for p in net.all_params]
    words, units = E.shape
    table, layers = nn.Embedding(words, units), nn.LSTM(units, units, num_layers=2)
    dense = nn.Linear(units, words)
    parameters = [*table.parameters(), *layers.parameters(), *dense.parameters()]
    with torch.no_grad():
        # PyTorch has the gates in Keras's order, the weights on their side, and two biases.
        (first, second), zero = (lstm[:3], lstm[3:]), torch.zeros(4 * units)
        theirs = [E]
        for W_in, R, bias in (first, second):
            theirs += [W_in.T, R.T, bias, zero]
        for mine, given in zip(parameters, [*theirs, W, b], strict=True):
            mine.copy_(given)
    for unneeded in (layers.bias_hh_l0, layers.bias_hh_l1):
        unneeded.requires_grad_(False)  # with both, the bias would learn at twice the rate
    parameters = [p for p in parameters if p.requires_grad]
    optimizer, loss_of = torch.optim.SGD(parameters, 1.0), nn.CrossEntropyLoss()
    windows, state = _windows(data), None

    def work(n: int) -> float:
        nonlocal state
        total = 0.0
        for _ in range(n):
            x, y = (torch.from_numpy(ids.T.astype("int64")) for ids in next(windows))
            out, state = layers(table(x), state)  # (steps, batch, units)
            state = tuple(part.detach() for part in state)
            loss = loss_of(dense(out).reshape(-1, words), y.reshape(-1))
            optimizer.zero_grad()
            (loss * STEPS).backward()
            nn.utils.clip_grad_norm_(parameters, CLIP)
            optimizer.step()
            total += loss.item()
        return total / n

    return work


def _windows(data: np.ndarray):
    """Go through the text again and again."""
    while True:
        for x, y in tl.iterate.ptb_iterator(data, BATCH, STEPS):
            if x.shape[1] == STEPS:
                yield x.astype("int32"), y.astype("int32")


def compare_speed(data: np.ndarray, windows: int, rounds: int) -> dict:
    """Time all ways of training in turns. Returns words a second, and ratios."""
    names = ("tlcore", f"tlcore, {DRAWN} drawn words", "Keras, stateful", "PyTorch")
    # All rounds in one pass over the text: a short last window would be counted as a whole one.
    windows = min(windows, (len(data) // BATCH - 1) // STEPS // (rounds + 1))
    made = (
        ours(network(), data),
        ours(network(), data, drawn=DRAWN),
        in_keras(network(), data),
        in_torch(network(), data),
    )
    work = {name: lambda f=f: f(windows) and None for name, f in zip(names, made, strict=True)}
    times = take_turns(work, rounds)
    n = windows * BATCH * STEPS
    return {
        "rounds": rounds,
        "words_per_second": {name: _speed(times, name, n) for name in names},
        "ratios": {
            f"{name} against {peer}, {clock}": ratios(times, name, peer, clock)
            for name in names[:2]
            for peer in names[2:]
            for clock in ("wall", "cpu")
        },
    }


def _speed(times: list[dict], name: str, n: int) -> dict[str, float]:
    return {
        clock: n / statistics.median(turn[name][clock] for turn in times)
        for clock in ("wall", "cpu")
    }


def compare_growth(data: np.ndarray, windows: int, rounds: int) -> dict:
    """Words a second over the batch size and over the hidden size, with both softmaxes."""
    result = {}
    for what, sizes in GROWTH.items():
        for drawn in (None, DRAWN):
            work, n = {}, {}
            for size in sizes:
                batch, units = (size, UNITS) if what == "batch_size" else (BATCH, size)
                # As many words in each, so that the round is as long.
                turn = max(1, windows * BATCH // batch)
                made = ours(network(units), data, batch, drawn)
                work[str(size)] = lambda made=made, turn=turn: made(turn) and None
                n[str(size)] = turn * batch * STEPS
            times = take_turns(work, rounds)
            speeds = {size: _speed(times, size, n[size])["cpu"] for size in work}
            result[f"{what}, {'whole' if drawn is None else 'sampled'} softmax"] = speeds
    return result


def compare_perplexity(texts: list[np.ndarray], epochs: int) -> dict[str, float]:
    """Train with both softmaxes for as many epochs. Returns perplexities of the test text."""
    found = {}
    for drawn in (None, DRAWN):
        net = network()
        trainer = tl.train.LanguageTrainer(
            net, texts[0], BATCH, STEPS, max_grad_norm=CLIP, num_sampled=drawn
        )
        for _ in range(epochs):
            trainer.run()
        name = "tlcore" if drawn is None else f"tlcore, {drawn} drawn words"
        found[name] = tl.train.perplexity(net, texts[2])
    return found


def main(options) -> None:
    """Run the comparisons, print them, and record them in benchmarks/language.json."""
    for kind in ("intra", "inter"):
        getattr(tf.config.threading, f"set_{kind}_op_parallelism_threads")(1)
    *texts, n_words = tl.files.load_wikipedia_ptb()
    assert n_words == WORDS
    windows = max(1, round(WINDOWS * options.scale))
    result = compare_speed(texts[0], windows, options.rounds)
    for name, speed in result["words_per_second"].items():
        print(f"  {name:26} {speed['cpu']:8,.0f} words a CPU second", flush=True)
    for pair, ratio in result["ratios"].items():
        print(f"  {pair:60} {ratio['median']:.2f}x  ({ratio['least']:.2f} to {ratio['most']:.2f})")
    result["growth"] = compare_growth(texts[0], windows, options.rounds)
    for name, speeds in result["growth"].items():
        print(f"  {name}: " + ", ".join(f"{n}: {speed:,.0f}" for n, speed in speeds.items()))
    result["perplexity"] = compare_perplexity(texts, max(1, round(EPOCHS * options.scale)))
    for name, perplexity in result["perplexity"].items():
        print(f"  {name:26} test perplexity {perplexity:.1f}")
    settings = {
        "corpus": "wikipedia", "epochs": EPOCHS, "batch_size": BATCH, "num_steps": STEPS,
        "hidden_size": UNITS, "vocabulary_size": WORDS, "max_grad_norm": CLIP, "threads": 1,
    }  # fmt: skip
    tlbook.runs.save_run("language", "benchmarks/language.json", {}, settings, result)
