"""The comparisons are fair: all contenders do the same work, and the clock is read right."""

import time
from types import SimpleNamespace

import keras
import numpy as np
import pytest

import tlcore as tl
from benchmarks import language, language_decade, pong, word2vec
from benchmarks.interleaved import ratios, take_turns


def test_turns_are_taken_round_by_round_and_the_first_does_not_count():
    calls = []
    times = take_turns({name: lambda name=name: calls.append(name) for name in "ab"}, rounds=3)
    assert "".join(calls) == "abababab" and len(times) == 3
    assert all(list(turn) == ["a", "b"] for turn in times)


def test_the_wall_clock_sees_sleep_and_the_cpu_clock_does_not():
    (turn,) = take_turns({"sleeps": lambda: time.sleep(0.1)}, rounds=1)
    assert turn["sleeps"]["wall"] >= 0.1 and turn["sleeps"]["cpu"] < 0.05


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


def test_each_step_of_the_decade_keeps_what_the_steps_before_it_brought():
    steps = {name: language_decade.settings_of(name) for name in language_decade.CHANGES}
    assert steps["sampled"] == language_decade.SMALL
    assert steps["longer"]["tied"] and steps["longer"]["keep"] == 0.65
    assert steps["polished"]["num_sampled"] is None and steps["polished"]["one_mask"]
    with pytest.raises(ValueError, match="no step 'tide'; expected one of sampled, dropout"):
        language_decade.settings_of("tide")
    sizes = {n: language_decade.network(s, 30, 8).count_params() for n, s in steps.items()}
    assert sizes["sampled"] - sizes["tied"] == 30 * 8 and sizes["tied"] == sizes["polished"]
    assert len(language_decade.network(steps["tied"], 30, 8).all_drop) == 3
    assert not language_decade.network(steps["sampled"], 30, 8).all_drop


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
    assert tl.files.load_run(path)["result"] == found
