"""The comparisons are fair: all contenders do the same work, and the clock is read right."""

import time
from types import SimpleNamespace

import keras
import numpy as np
import pytest

import tlbook
import tlcore as tl
from benchmarks import language, pong, translation, translation_peers, word2vec
from benchmarks.interleaved import ratios, take_turns


def test_turns_are_taken_round_by_round_and_the_first_does_not_count():
    calls = []
    times = take_turns({name: lambda name=name: calls.append(name) for name in "ab"}, rounds=3)
    assert "".join(calls) == "abababab" and len(times) == 3
    assert all(list(turn) == ["a", "b"] for turn in times)


def test_the_wall_clock_sees_sleep_and_the_cpu_clock_does_not():
    def work():
        end = time.process_time() + 0.2
        while time.process_time() < end:
            pass

    contenders = {"sleeps": lambda: time.sleep(0.5), "works": work}
    (turn,) = take_turns(contenders, rounds=1)  # TensorFlow's threads may be busy beside it
    assert turn["sleeps"]["wall"] >= 0.5 > 2 * turn["sleeps"]["cpu"]
    assert turn["works"]["cpu"] >= 0.2


def test_a_contender_may_say_what_counts():
    def work():
        time.sleep(0.1)
        return 0.02

    (turn,) = take_turns({"half": work}, rounds=1)
    assert turn["half"]["wall"] == pytest.approx(0.02)


def test_ratios_are_of_a_round():
    times = [{"a": {"wall": 1.0}, "b": {"wall": b}} for b in (4.0, 2.0, 3.0)]
    assert ratios(times, "a", "b") == {"median": 3.0, "least": 2.0, "most": 4.0}


def test_the_queue_makes_the_pairs_that_the_library_makes():
    data = np.random.default_rng(0).integers(0, 50, 200)
    queued = list(zip(*word2vec.deque_pairs(data, 10**9), strict=True))
    ours = list(zip(*tl.nlp.skip_gram_pairs(data, 2, 1), strict=True))
    # The library's corpus is a ring: its first and its last centre reach across the seam.
    assert len(queued) == 2 * 198 and sorted(queued) == sorted(ours[2:-2])


def test_grouped_windows_are_the_same_pairs():
    pairs = list(tl.nlp.skip_gram_pairs(np.arange(60) % 20, 4, 2))
    centres, labels = word2vec.windows_of(pairs)
    np.testing.assert_array_equal(np.repeat(centres, 4), pairs[0])
    np.testing.assert_array_equal(labels.reshape(-1), pairs[1])


def test_both_ways_of_training_word_vectors_do_the_same(monkeypatch):
    # Where a row is in a batch more than once, Keras's Adagrad adds up squares and ours squares the
    # sum. With one optimizer for both, the rest has to be equal.
    monkeypatch.setattr(keras.optimizers, "Adagrad", tl.train.Adagrad)
    pairs = list(tl.nlp.skip_gram_pairs(np.random.default_rng(0).integers(0, 90, 3000), 4, 2))
    layers, network = [], word2vec.network

    def keep(n_words):
        layers.append(network(n_words))
        # The same wrong words for both: the place of the draws in the program differs.
        drawn = (np.arange(64), np.full((128, 1), 0.5, "f"), np.full(64, 0.5, "f"))
        layers[-1].nce_loss_args["sampled_values"] = drawn
        return layers[-1]

    monkeypatch.setattr(word2vec, "network", keep)
    trainer = tl.train.Trainer
    monkeypatch.setattr(tl.train, "Trainer", lambda *args: trainer(*args, shuffle=False))
    word2vec.ours(90, word2vec.windows_of(pairs), 128, 1280)()
    word2vec.plain(90, pairs, 128, 1280)()
    for one, other in zip(*(layer.all_params for layer in layers), strict=True):
        np.testing.assert_allclose(*map(keras.ops.convert_to_numpy, (one, other)), atol=2e-5)


def test_all_language_models_begin_and_learn_alike():
    pytest.importorskip("torch", reason="a peer of the benchmarks, installed by `make bench`")
    data = np.minimum(np.random.default_rng(0).geometric(0.3, 20 * (20 * 8 + 1)), 49)
    data = data.astype("int32")  # ids as a text has them: small ones often
    makers = (language.ours, language.in_keras, language.in_torch)
    all_losses = []
    for maker in makers:
        train = maker(language.network(16, 50), data)
        all_losses.append([train(2) for _ in range(3)])
    ours, in_keras, in_torch = all_losses
    assert ours[2] < ours[0]
    np.testing.assert_allclose(in_keras, ours, rtol=2e-5)
    np.testing.assert_allclose(in_torch, ours, rtol=2e-4)  # clips the sum of a word's gradients


def short_pairs(n=6, words=40):
    """Pairs of all lengths that fit a bucket of (6, 9)."""
    sizes = np.random.default_rng(0).integers(1, 7, (n, 2))
    return translation.draw([tuple(map(int, pair)) for pair in sizes], words)


@pytest.mark.parametrize("clip", [5.0, 0.1])
def test_the_translator_in_keras_begins_and_learns_like_ours(monkeypatch, clip):
    for module in (translation, translation_peers):
        monkeypatch.setattr(module, "CLIP", clip)
    pairs, bucket = short_pairs(), (6, 9)
    ours = translation.ours(translation.network(40, 16), [pairs], [bucket], batch=6)
    in_keras = translation.in_keras(translation.network(40, 16), pairs, bucket, batch=6)
    losses, theirs = [ours() for _ in range(4)], [in_keras() for _ in range(4)]
    assert losses[3] < losses[0]
    np.testing.assert_allclose(theirs, losses, rtol=2e-5)


def test_both_tutorials_begin_and_learn_alike():
    pytest.importorskip("torch", reason="a peer of the benchmarks, installed by `make bench`")
    pairs, weights = short_pairs(), translation.start(40, 16)
    all_losses = []
    for maker in (translation.in_tensorflow, translation.in_torch):
        # Batches of 4 and of 2: the loss of a pass is that of its words, however many a batch has.
        work = maker(weights, pairs, (6, 9), batch=4)
        all_losses.append([work() for _ in range(4)])
    one, other = all_losses
    assert one[3] < one[0]
    np.testing.assert_allclose(other, one, rtol=2e-5)


def test_the_greedy_loop_in_keras_translates_like_ours():
    net, rng = translation.network(20, 16), np.random.default_rng(3)
    for param in net.all_params:
        param.assign(rng.normal(size=param.shape))
    sentences = [source for source, _ in short_pairs(40, 20)]
    for never_ends in (False, True):
        net = translation.endless(net) if never_ends else net
        ours = [found.ids for found in tl.utils.Translator(net, [(6, 9)])(sentences)]
        assert ours == translation.greedy_in_keras(net, (6, 9), batch=16)(sentences)
        assert {len(ids) for ids in ours} == {8} if never_ends else min(map(len, ours)) < 8


def test_full_sentences_leave_no_padding_and_drawn_ones_have_words_only():
    for bucket in translation.BUCKETS:
        encoder, decoder, _ = tl.nlp.lay_out_batch(translation.full(3, bucket), bucket)
        assert encoder.all() and decoder.all()
    ids = np.concatenate(translation.draw([(500, 500)] * 20, words=30)[0])
    assert ids.min() >= 4 and ids.max() <= 29


def test_speeds_are_of_one_of_what_was_done(monkeypatch):
    b = {"wall": 8.0, "cpu": 8.0}
    turns = [{"a": {"wall": wall, "cpu": 2.0}, "b": b} for wall in (4.0, 2.0, 6.0)]
    monkeypatch.setattr(translation, "take_turns", lambda work, rounds: turns)
    makers = {name: lambda: lambda: 0.0 for name in "ab"}
    times = translation.in_turns(makers, {"a": 2, "b": 4}, rounds=3)
    found = translation.seconds(times)
    assert found["a"]["wall"] == {"median": 2.0, "least": 1.0, "most": 3.0}
    assert translation.seconds(times, -1)["b"]["cpu"]["median"] == 0.5
    assert translation.against(times, ["a"], ["b"])["a against b, cpu"]["median"] == 2.0


def test_the_original_way_plays_and_learns_an_episode():
    agent = pong.Numpy(units=4, batch=1)
    before = agent.weights["in"].copy()
    agent.work()
    assert len(agent.scores) == 1 and -21 <= agent.scores[0] <= 21
    assert agent.steps > 700 and not np.array_equal(agent.weights["in"], before)


def test_learning_is_timed_to_a_mean_of_0():
    scores = []
    agent = SimpleNamespace(
        scores=scores, steps=0, work=lambda: (scores.extend([-1, 1] * 30), sum(range(10**5)))
    )
    found = pong.learn(agent, minutes=0.002)
    assert found["reached_0"]["episodes"] == 100 and found["mean_of_last_100"] == 0
    agent = SimpleNamespace(scores=[-1.0], steps=0, work=lambda: sum(range(10**5)))
    assert pong.learn(agent, minutes=0.001)["reached_0"] is None


def test_one_part_of_a_record_leaves_the_others(tmp_path):
    path = str(tmp_path / "pong.json")
    pong.keep({"learn": {"a": 1}}, path)
    pong.keep({"frames_a_second": {"b": 2}}, path)
    found = pong.keep({"learn": {"c": 3}}, path)
    assert found == {"learn": {"a": 1, "c": 3}, "frames_a_second": {"b": 2}}
    assert tlbook.runs.load_run(path)["result"] == found
