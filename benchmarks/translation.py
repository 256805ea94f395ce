"""Translation: seconds a step beside plain Keras and the tutorials of TensorFlow and PyTorch.

All have 256 units, one layer, 8,000 words in each language, 64 pairs in a batch, gradient descent
with the gradient clipped at 5, and one thread. The Keras network is tlcore's own, and a test sees
to it that their losses are the same. The tutorials' is another one, of the same sizes; see
``translation_peers``.

Lengths come from Tatoeba, words are drawn: which ones they are changes no time. Sentences that fill
their bucket are the hard case for tlcore, which spends no scores on padding. Where speed of
decoding is compared, no sentence can end before its bucket does, so that all take as many steps.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

import tlbook
import tlcore as tl
from benchmarks.interleaved import ratios, take_turns
from benchmarks.translation_peers import (
    CLIP,
    RATE,
    greedy_in_keras,
    in_keras,
    in_tensorflow,
    in_torch,
    start,
)
from tlcore.nlp import BUCKETS, EOS_ID

WORDS, MANY_WORDS = 8_000, 40_000
UNITS = 256
BATCH = 64
DRAWN = 512  # words of the sampled softmax
BUCKET = (20, 25)
N_STEPS = 4  # in a round
N_PAIRS = 1024  # where buckets are compared with none
N_ALONE = 8  # sentences that are translated one at a time
BEAM = 4

#: What is measured, and what it is called where it is printed.
KEYS = {
    "seconds_a_step": "CPU seconds a step",
    "words_a_second": "words a CPU second",
    "sentences_a_second": "sentences a CPU second",
}

Pair = tuple[list[int], list[int]]


def network(words: int = WORDS, units: int = UNITS) -> tl.layers.Layer:
    """Return the translator."""
    keras.utils.set_random_seed(1)
    return tl.layers.EmbeddingAttentionSeq2seq(words, words, units)


def ours(
    net: tl.layers.Layer,
    data: Sequence[Sequence[Pair]],
    buckets: Sequence[tuple[int, int]],
    batch: int = BATCH,
    drawn: int | None = None,
) -> Callable[[], float]:
    """Return a function that trains an epoch more and returns nats per word."""
    trainer = tl.train.TranslationTrainer(
        net, data, buckets, batch, RATE, max_grad_norm=CLIP, num_sampled=drawn
    )
    return lambda: trainer.run() / trainer.n_examples


def lengths() -> tuple[str, list[tuple[int, int]]]:
    """Return a corpus and how many words its pairs have, source and target, in no order."""
    try:
        corpus, (pairs, _, _) = "Tatoeba", tl.files.load_tatoeba_en_fr()
    except tl.files.DataError:  # no network
        corpus, (pairs, _, _) = "tlcore's grammar", tl.files.generate_en_fr()
    count = tl.nlp.basic_tokenizer
    return corpus, [(len(count(source)), len(count(target))) for source, target in pairs]


def draw(sizes: Sequence[tuple[int, int]], words: int = WORDS) -> list[Pair]:
    """Draw pairs of these lengths, small ids as often as a text has them."""
    rng = np.random.default_rng(0)

    def sentence(n):
        return (3 + np.exp(rng.random(n) * np.log(words - 3))).astype(int).tolist()

    return [(sentence(n_source), sentence(n_target)) for n_source, n_target in sizes]


def full(n: int, bucket: tuple[int, int] = BUCKET, words: int = WORDS) -> list[Pair]:
    """Draw pairs that leave no padding in a bucket: _GO and _EOS are two of its steps."""
    return draw(n * [(bucket[0], bucket[1] - 2)], words)


def in_turns(makers: dict[str, Callable], amounts: dict[str, float], rounds: int) -> list[dict]:
    """Make all contenders, let them take turns, and return seconds for one of what they do."""
    made = {name: make() for name, make in makers.items()}
    times = take_turns({name: lambda f=f: f() and None for name, f in made.items()}, rounds)
    for turn in times:
        for name, clocks in turn.items():
            turn[name] = {clock: spent / amounts[name] for clock, spent in clocks.items()}
    return times


def seconds(times: list[dict], power: int = 1) -> dict:
    """Median, least and most for each contender; with the power -1 how many a second."""
    found: dict = {}
    for name in times[0]:
        found[name] = {}
        for clock in ("wall", "cpu"):
            each = sorted(turn[name][clock] ** power for turn in times)
            found[name][clock] = {
                "median": statistics.median(each), "least": each[0], "most": each[-1],
            }  # fmt: skip
    return found


def against(times: list[dict], names: Sequence[str], peers: Sequence[str]) -> dict:
    """How many times faster each of the one is than each of the others."""
    return {
        f"{name} against {peer}, {clock}": ratios(times, name, peer, clock)
        for name in names
        for peer in peers
        for clock in ("wall", "cpu")
    }


def compare_steps(pairs: list[Pair], rounds: int) -> dict:
    """Time a step of all ways of training."""
    weights = start(WORDS, UNITS)
    names = ("tlcore", f"tlcore, {DRAWN} drawn words")
    makers = {
        names[0]: lambda: ours(network(), [pairs], [BUCKET]),
        names[1]: lambda: ours(network(), [pairs], [BUCKET], drawn=DRAWN),
        "Keras": lambda: in_keras(network(), pairs, BUCKET, BATCH),
        "TensorFlow's tutorial": lambda: in_tensorflow(weights, pairs, BUCKET, BATCH),
        "PyTorch's tutorial": lambda: in_torch(weights, pairs, BUCKET, BATCH),
    }
    times = in_turns(makers, dict.fromkeys(makers, len(pairs) / BATCH), rounds)
    return {
        "words_a_target": statistics.mean(len(target) for _, target in pairs),
        "seconds_a_step": seconds(times),
        "ratios": against(times, names, list(makers)[2:]),
    }


def compare_many_words(n_steps: int, rounds: int) -> dict:
    """Time a step with 40,000 words: the sampled softmax beside Keras and its whole one."""
    pairs = full(n_steps * BATCH, words=MANY_WORDS)
    makers = {
        f"tlcore, {DRAWN} drawn words": lambda: ours(
            network(MANY_WORDS), [pairs], [BUCKET], drawn=DRAWN
        ),
        "Keras": lambda: in_keras(network(MANY_WORDS), pairs, BUCKET, BATCH),
    }
    times = in_turns(makers, dict.fromkeys(makers, n_steps), rounds)
    name, peer = makers
    return {"seconds_a_step": seconds(times), "ratios": against(times, [name], [peer])}


def compare_shapes(n_steps: int, rounds: int) -> dict:
    """Time a step in each bucket, full of words."""
    makers = {}
    for bucket in BUCKETS:
        pairs = full(n_steps * BATCH, bucket)
        makers[f"tlcore {bucket}"] = lambda b=bucket, p=pairs: ours(network(), [p], [b])
        makers[f"Keras {bucket}"] = lambda b=bucket, p=pairs: in_keras(network(), p, b, BATCH)
    times = in_turns(makers, dict.fromkeys(makers, n_steps), rounds)
    found = {"seconds_a_step": seconds(times), "ratios": {}}
    for bucket in BUCKETS:
        found["ratios"] |= against(times, [f"tlcore {bucket}"], [f"Keras {bucket}"])
    return found


def compare_buckets(pairs: list[Pair], rounds: int) -> dict:
    """Count words a second, those of both sides without padding, with buckets and without.

    Without means that all sentences are padded to the largest bucket.
    """
    makers, shares = {}, {}
    for how, buckets in {"buckets": BUCKETS, "one bucket": BUCKETS[-1:]}.items():
        data = tl.nlp.put_in_buckets(pairs, buckets)
        shares[how] = tl.nlp.padding_share(data, buckets)
        for softmax, drawn in {"whole": None, "sampled": DRAWN}.items():
            makers[f"{how}, {softmax} softmax"] = lambda data=data, b=buckets, n=drawn: ours(
                network(), data, b, drawn=n
            )
    # What is too long for the largest bucket is too long for all.
    n_words = sum(len(source) + len(target) for bucket in data for source, target in bucket)
    times = in_turns(makers, dict.fromkeys(makers, n_words), rounds)
    found = {"pairs": len(pairs) - data.too_long, "words": n_words, "padding_share": shares}
    found["words_a_second"], found["ratios"] = seconds(times, -1), {}
    for softmax in ("whole", "sampled"):
        one, other = (f"{how}, {softmax} softmax" for how in shares)
        found["ratios"] |= against(times, [one], [other])
    return found


def endless(net: tl.layers.Layer) -> tl.layers.Layer:
    """Return the translator, its _EOS never written."""
    b = net.all_params[-1].numpy()
    b[EOS_ID] = -1e9
    net.all_params[-1].assign(b)
    return net


def compare_decoding(n_alone: int, rounds: int) -> dict:
    """Count sentences a second: greedy and with a beam, many at a time and one at a time.

    The weights are untrained, and _EOS is never written: each takes the steps of its bucket.
    """
    net, sentences = endless(network()), [source for source, _ in full(BATCH)]
    makers, amounts, together, alone = {}, {}, [], []
    for names, batch, n in ((together, BATCH, BATCH), (alone, 1, n_alone)):
        for name, translate in {
            "tlcore, greedy": tl.utils.Translator(net, [BUCKET], batch_size=batch),
            f"tlcore, beam {BEAM}": tl.utils.Translator(net, [BUCKET], BEAM, batch_size=batch),
            "Keras, greedy": greedy_in_keras(net, BUCKET, batch),
        }.items():
            names.append(f"{name}, {batch} at a time")
            makers[names[-1]] = lambda f=translate, n=n: lambda: f(sentences[:n])
            amounts[names[-1]] = n
    times = in_turns(makers, amounts, rounds)
    found = {"steps": BUCKET[1] - 1, "sentences_a_second": seconds(times, -1), "ratios": {}}
    in_pairs = [(names[0], names[2]) for names in (together, alone)]
    for name, peer in [*in_pairs, *zip(together, alone, strict=True)]:
        found["ratios"] |= against(times, [name], [peer])
    return found


def report(title: str, found: dict) -> None:
    """Print one comparison, in CPU time."""
    print(f"  {title}")
    for key, unit in KEYS.items():
        for name, clocks in found.get(key, {}).items():
            print(f"    {name:36} {clocks['cpu']['median']:10,.3f} {unit}")
    for pair, ratio in found["ratios"].items():
        if pair.endswith("cpu"):
            span = f"({ratio['least']:.2f} to {ratio['most']:.2f})"
            print(f"    {pair:70} {ratio['median']:.2f}x  {span}", flush=True)


def main(options) -> None:
    """Run the comparisons, print them, and record them in benchmarks/translation.json."""
    for kind in ("intra", "inter"):
        getattr(tf.config.threading, f"set_{kind}_op_parallelism_threads")(1)
    tf.get_logger().setLevel("ERROR")  # that Keras compiles anew for each bucket is no news
    n_steps, rounds = max(1, round(N_STEPS * options.scale)), options.rounds
    corpus, sizes = lengths()
    real = draw(sizes[: 40 * n_steps * BATCH])  # a quarter of Tatoeba fits that bucket best
    fits = tl.nlp.put_in_buckets(real)[BUCKETS.index(BUCKET)][: n_steps * BATCH]
    fits = [(source, target[:-1]) for source, target in fits]  # _EOS is put there again
    n_pairs = max(BATCH, round(N_PAIRS * options.scale))
    parts: dict[str, Callable[[], dict]] = {
        f"bucket {BUCKET}, full": lambda: compare_steps(full(n_steps * BATCH), rounds),
        f"bucket {BUCKET}, lengths of {corpus}": lambda: compare_steps(fits, rounds),
        f"{MANY_WORDS:,} words": lambda: compare_many_words(n_steps, rounds),
        "each bucket": lambda: compare_shapes(n_steps, rounds),
        "buckets against one": lambda: compare_buckets(real[:n_pairs], rounds),
        "decoding": lambda: compare_decoding(max(1, round(N_ALONE * options.scale)), rounds),
    }
    result = {"rounds": rounds}
    for title, compare in parts.items():
        result[title] = compare()
        report(title, result[title])
    settings = {
        "size": UNITS, "num_layers": 1, "vocabulary_size": WORDS, "batch_size": BATCH,
        "learning_rate": RATE, "max_grad_norm": CLIP, "num_sampled": DRAWN, "threads": 1,
        "lengths": corpus,
    }  # fmt: skip
    tlbook.runs.save_run("translation", "benchmarks/translation.json", {}, settings, result)
