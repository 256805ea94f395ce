"""Every public function, given values of every wrong kind: the right answer, or a clear error.

Each function has a call that is right. One argument after the other is replaced by a value of
another kind. What comes then is an answer, or an error that our own code raised and that names the
argument (or the file); never one of Python's, NumPy's or TensorFlow's own.
"""

import inspect
import json
import random
import time
import traceback
import zipfile
from pathlib import Path

import numpy as np
import pytest

import tlcore as tl
from tlcore.layers import DenseLayer, InputLayer

ROOT = Path(__file__).resolve().parents[2]
OURS = tuple(str(ROOT / name) for name in ("tlcore", "tldata"))
N = 100_000


class Odd:
    """A thing of no use."""


def function(*args):
    return args


VALUES = [
    None, True, False, 0, 1, 3, -1, 2**70, 0.5, -2.5, float("nan"), float("inf"), 1j, 10**400,
    "", "text", "3", "\ufeffa b", b"", b"ab", [], [[]], [None], ["a", "b"], [1, "a", None], [1, 2],
    [0.1, 0.9], [[1, 2], [3]], [[1, 2], [3, 4]], [[[1]]], [[["a"]]], (), (1,), ("a", 1), {},
    {"a": 1}, {1: "a"}, {"a": None}, {None: None}, set(), {1, 2}, {"a"}, range(4), range(0),
    np.array(3), np.zeros(0), np.zeros((0, 2)), np.ones(4), np.arange(4), np.eye(3), np.ones((2, 2,
    2)),
    np.array(["a", "b"]), np.array([1, None], object), np.array([True, False]), np.array([np.nan,
    1.0]),
    np.array([1e300, 1.0]), np.array([1j]), np.array([-1, 5]), np.array([2**40]),
    np.array(["2020-01-01"], "datetime64[D]"), np.float32(0.5), np.int64(2), Odd(), function,
    iter([1, 2]), Ellipsis, NotImplemented, slice(3), ValueError("x"), Path("nowhere"),
    bytearray(b"x"),
]  # fmt: skip

WORDS = "the cat saw the dog and the bird".split()
IDS = {"UNK": 0, "the": 1, "cat": 2}
BUCKETS = [(5, 10), (10, 15)]
PAIRS = [([7], [8, 9]), ([7] * 6, [9] * 11)]
SEQUENCES = [[4, 3, 5, 2, 2], [5, 3, 9, 2, 2]]
LOGITS, LABELS = np.eye(3, dtype="float32"), np.arange(3)
HISTORY = {name: [1, 2] for name in "update reward steps seconds cpu_seconds".split()}
CURVE = {"episodes": [100], "mean_reward": [1.0]}


def right(folder):
    """Return a call that is right for each public function."""
    text = folder / "text.en"
    text.write_text("the cat\nthe dog\n", encoding="utf-8")
    vocab, ids = folder / "vocab.en", folder / "ids.en"
    tl.nlp.create_vocabulary(vocab, text, 20)
    tl.nlp.data_to_token_ids(text, ids, vocab)
    counts = folder / "counts.txt"
    tl.nlp.save_vocab([("UNK", 3), ("the", 4)], counts)
    model, vectors = folder / "model.npz", folder / "vectors.npz"
    network = DenseLayer(InputLayer((2,)), 2)
    tl.files.save_npz(network.all_params, model)
    tl.files.save_embedding(vectors, np.eye(3), ["a", "b", "c"])
    data = tl.nlp.put_in_buckets(PAIRS, BUCKETS)
    rows = np.arange(8)
    nlp, iterate, cost = tl.nlp, tl.iterate, tl.cost
    return {
        nlp.bucket_of: (3, 6, BUCKETS), nlp.bucket_scale: ([3, 4],), nlp.choose_bucket: ([0.5,
        1.0], 0.3),
        nlp.bucket_to_translate: (3, BUCKETS), nlp.put_in_buckets: (PAIRS, BUCKETS, 2, 5),
        nlp.read_data: (ids, ids, BUCKETS, 2, 5), nlp.padding_share: (data, BUCKETS),
        nlp.get_batch: (data, 0, 2, BUCKETS, 0, 1, 2, 0), nlp.lay_out_batch: (PAIRS[:1], (5, 10)),
        nlp.sample: ([0.2, 0.8], 0.5), nlp.sample_top: ([0.2, 0.8], 1, None, 0.5),
        nlp.similar: (np.eye(3), 0, 2, [1]), nlp.analogy_accuracy: (np.eye(5), [[0, 1, 2, 3]]),
        nlp.nearest_words: (np.eye(3), "cat", IDS, {0: "UNK", 1: "the", 2: "cat"}, 1, ["the"]),
        nlp.read_analogies_file: (["the cat UNK the"], IDS),
        nlp.generate_skip_gram_batch: (rows, 4, 2, 1, 0), nlp.skip_gram_pairs: (rows, 2, 1, 0),
        nlp.subsample: (rows, 0.1, 0), nlp.basic_tokenizer: ("I go.",), nlp.join_words: (WORDS,
        "en"),
        nlp.read_words: (text, ("\n", " <eos> ")), nlp.simple_read_words: (text,),
        nlp.build_vocab: (WORDS,), nlp.build_reverse_dictionary: (IDS,),
        nlp.build_words_dataset: (WORDS, 4, False, "UNK"), nlp.words_to_word_ids: (WORDS, IDS,
        "UNK"),
        nlp.word_ids_to_words: ([0, 1], {0: "a", 1: "b"}),
        nlp.load_vocab: (counts,), nlp.initialize_vocabulary: (vocab,),
        nlp.sentence_to_token_ids: ("the cat", {"the": 4}, None, True, 3),
        nlp.ptb_words: ("The cat.", False), nlp.keep_frequent: (WORDS, 3, "<unk>"),
        nlp.process_sentence: ("How are you?", "<S>", "</S>"),
        tl.prepro.pad_sequences: (SEQUENCES, 3, "int32", "post", "pre", 0),
        tl.prepro.process_sequences: (SEQUENCES, 2, 0, True, False),
        tl.prepro.sequences_add_start_id: (SEQUENCES, 2, False),
        tl.prepro.sequences_add_end_id: (SEQUENCES, 2),
        tl.prepro.sequences_add_end_id_after_pad: (SEQUENCES, 9, 2),
        tl.prepro.sequences_get_mask: (SEQUENCES, 2),
        iterate.minibatches: (rows, rows, 3, True, 0), iterate.ptb_iterator: (rows, 2, 2),
        iterate.segments: (rows, 2), iterate.seq_minibatches: (rows, rows, 2, 2, 1),
        iterate.seq_minibatches2: (rows, rows, 2, 2),
        cost.cross_entropy: (LOGITS, LABELS), cost.binary_cross_entropy: (LOGITS, LOGITS, 1e-8),
        cost.mean_squared_error: (LOGITS, LOGITS, False),
        cost.cross_entropy_seq: (LOGITS, LABELS[None], 1),
        cost.cross_entropy_seq_with_mask: (LOGITS, LABELS[None], np.ones((1, 3)), False),
        cost.maxnorm_regularizer: (1.0,), cost.li_regularizer: (1.0,), cost.lo_regularizer: (1.0,),
        cost.sigmoid_cross_entropy: (LOGITS, LOGITS),
        tl.rein.discount_episode_rewards: ([0, 1], 0.9, 1), tl.rein.normalize_returns: (rows,),
        tl.rein.batch_returns: ([[0, 1], [1, 0]], 0.9, 1, "batch"),
        tl.rein.advantage_estimates: ([0, 1], [0.5, 0.5], 0.9, 0.9, 1),
        tl.rein.running_mean: ([1, 3], 2), tl.rein.learning_curve: (HISTORY, 4, 2),
        tl.rein.reached: (CURVE, 0, 10), tl.rein.choice_action_by_probs: ([0.5, 0.5], [1, 2], 0),
        tl.rein.cross_entropy_reward_loss: (LOGITS, LABELS, np.ones(3), "loss"),
        tl.rein.log_weight: (np.full(3, 0.5), np.ones(3), "weight"),
        tl.rein.pong_frame: (np.zeros((210, 160, 3), np.uint8),),
        tl.rein.grey_court: (np.zeros((210, 160), np.uint8),),
        tl.rein.court_difference: (np.zeros(6400, np.uint8), np.zeros(6400, np.uint8)),
        tl.rein.court_pictures: (np.zeros((1, 6400), np.uint8), np.zeros((1, 6400), np.uint8)),
        tl.rein.make_environments: ("CartPole-v1", 1),
        tl.files.load_npz: ("", model), tl.files.load_embedding: (vectors,),
        tl.files.assign_params: ([np.eye(2)], network),
        tl.files.load_and_assign_npz: (model, network),
        tl.files.read_pairs: (text, text), tl.files.load_nietzsche: (text,),
        tl.files.load_matt_mahoney_text8_dataset: (text,),
    }  # fmt: skip


#: Slow where a value happens to be right, or answered by what is there.
RARE = {"make_environments", "load_and_assign_npz", "load_npz", "load_embedding", "pong_frame"}


def complaint(call, names):
    """Return what is wrong with the error that a call raises, or None."""
    try:
        call()
    except OSError:  # it names the file
        return None
    except (ValueError, TypeError, KeyError, FloatingPointError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        ours = last.filename.startswith(OURS) and ("raise" in (last.line or ""))
        named = any(name.rstrip("s") in str(error) for name in names)
        return None if ours and named else error
    except Exception as error:
        return error
    return None


def test_every_public_function_is_fuzzed(tmp_path):
    """A function that is new has to be entered above, or here with a reason."""
    writes = {"create_vocabulary", "data_to_token_ids", "save_vocab", "save_npz", "save_embedding"}
    calls_back = {"numeric_gradient", "play_episodes", "evaluate"}
    fetches = {name for name in dir(tl.files) if name.startswith(("load_", "fetch", "generate"))}
    known = {f.__name__ for f in right(tmp_path)} | writes | calls_back | fetches
    for module in (tl.nlp, tl.prepro, tl.iterate, tl.cost, tl.rein, tl.files):
        names = getattr(module, "__all__", None) or [
            name for name, f in vars(module).items()
            if inspect.isfunction(f) and f.__module__ == module.__name__
        ]  # fmt: skip
        public = {n for n in names if inspect.isfunction(getattr(module, n)) and n[0] != "_"}
        assert public - known == set(), module.__name__


def test_values_of_every_wrong_kind(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    calls, rng, wrong = right(tmp_path), random.Random(14), {}
    functions = list(calls)
    started, count = time.process_time(), 0
    while count < N:
        f = functions[count % len(functions)]
        if f.__name__ in RARE and rng.random() < 0.98:
            count += 1
            continue
        args = list(calls[f])
        names = list(inspect.signature(f).parameters)
        for place in rng.sample(range(len(args)), min(len(args), rng.choice([1, 1, 1, 2]))):
            args[place] = rng.choice(VALUES)
        count += 1
        error = complaint(lambda f=f, args=args: f(*args), names)
        if error is not None:
            wrong.setdefault(f.__name__, f"{args!r:.200}: {type(error).__name__}: {error!s:.300}")
    capsys.readouterr()
    assert not wrong, "\n".join(f"{name}{what}" for name, what in wrong.items())
    took = time.process_time() - started
    assert took < 60, took


def damaged(content, rng):
    """Return a file with some of its bytes changed, cut off or doubled."""
    content = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 8])):
        place = rng.randrange(len(content) or 1)
        kind = rng.random()
        if not content:
            break
        if kind < 0.6:
            content[place] = rng.randrange(256)
        elif kind < 0.8:
            del content[place : place + rng.choice([1, 10, 1000])]
        else:
            content[place:place] = content[place : place + 50]
    return bytes(content) or b"x"


@pytest.mark.parametrize("kind", ["model.npz", "vectors.npz", "ids.en", "vocab.en", "counts.txt"])
def test_damaged_files(tmp_path, kind):
    right(tmp_path)
    rng, content = random.Random(kind), (tmp_path / kind).read_bytes()
    bad = tmp_path / f"bad-{kind}"
    read = {
        "model.npz": tl.files.load_npz, "vectors.npz": tl.files.load_embedding,
        "ids.en": lambda p: tl.nlp.read_data(p, p), "vocab.en": tl.nlp.initialize_vocabulary,
        "counts.txt": tl.nlp.load_vocab,
    }[kind]  # fmt: skip
    for _ in range(400):
        bad.write_bytes(damaged(content, rng))
        options = {"name": bad} if kind == "model.npz" else {}
        try:
            read(**options) if options else read(bad)
        except ValueError as error:
            assert bad.name in str(error) and "allow_pickle" not in str(error), error


def test_damaged_checkpoints(tmp_path):
    """The archive is sound, and what it says about the run is not."""
    network = DenseLayer(InputLayer((2,)), 2)
    X, y = np.ones((4, 2), "float32"), [0, 1, 0, 1]
    options = {"print_freq": 0, "eval_train": False, "progress": False}
    trained = tmp_path / "run.npz"
    tl.utils.fit(network, X, y, n_epoch=1, checkpoint=trained, **options)
    with np.load(trained) as archive:
        arrays = {name: archive[name] for name in archive.files}
    text, rng = str(arrays["about"]), random.Random(3)
    model = tl.train.Trainer
    trainer = model(
        lambda x: tl.cost.mean_squared_error(network.model(x), x), network.all_params,
        tl.train.get_optimizer("adam"), [X], 4, state=network.model.variables,
    )  # fmt: skip
    for _ in range(1000):
        about = damaged(text.encode(), rng).decode("utf-8", "replace")
        np.savez(trained, **(arrays | {"about": np.array(about)}))
        try:
            tl.train.load_checkpoint(trained, trainer)
        except ValueError as error:
            assert str(error).startswith("checkpoint: "), error
    assert json.loads(text) and zipfile.is_zipfile(trained)
