"""Small language models for the figures' tests, and an LSTM written out in numpy."""

import numpy as np

from tlbook.figures.language_files import LanguageModel, save_language_model

FREQUENT = "the <unk> <eos> N of a 's is it n't do mr. u.s. $ % river city said company".split()
FREQUENT.append("naïve")


def random_model(rng, n_words=60, d=8, sizes=(12, 8), tied=True, bias=True) -> LanguageModel:
    """A model with weights large enough to have opinions."""
    words = [*FREQUENT, *(f"word{i}" for i in range(n_words - len(FREQUENT)))]
    layers, inputs = [], d
    for n in sizes:
        shapes = [(inputs, 4 * n), (n, 4 * n), (4 * n,)]
        layers.append([rng.normal(0, 0.6, shape).astype(np.float32) for shape in shapes])
        inputs = n
    b = rng.normal(0, 0.5, n_words).astype(np.float32) if bias else None
    W = None if tied else rng.normal(0, 1, (inputs, n_words)).astype(np.float32)
    softmax = None if tied and not bias else (W, b)
    embeddings = rng.normal(0, 1.5, (n_words, d)).astype(np.float32)
    return LanguageModel(embeddings, layers, softmax, words)


def save(path, model, dtype="float32"):
    embeddings, layers, softmax, words = model
    return save_language_model(path, embeddings, layers, softmax, words, dtype)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run(model, ids):
    """Probabilities after each word, (len(ids), words), and what each layer does, (len(ids), n)."""
    state = [[np.zeros(len(R)), np.zeros(len(R))] for _, R, _ in model.lstm_weights]
    history = [{name: [] for name in "ifgoch"} for _ in state]
    W, b = model.softmax or (None, None)
    W = model.embeddings.T if W is None else W
    found = []
    for id_ in ids:
        x = model.embeddings[id_].astype(float)
        for k, (kernel, recurrent, bias) in enumerate(model.lstm_weights):
            h, c = state[k]
            i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4)
            i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
            c = f * c + i * g
            x = h = o * np.tanh(c)
            state[k] = [h, c]
            for name, value in zip("ifgoch", (i, f, g, o, c, h), strict=True):
                history[k][name].append(value)
        logits = x @ W + (0 if b is None else b)
        found.append(np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum())
    return np.array(found), history


def open_figure(stage, figure):
    """Show a figure on a page without a kernel, and load its model from the keyboard."""
    stage.show(figure, static=True)
    stage.page.get_by_role("button", name="Load the model").press("Enter")
    stage.page.wait_for_selector('[data-loaded="true"]')
    return stage.page
