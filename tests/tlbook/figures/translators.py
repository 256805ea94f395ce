"""Small translators for the figures' tests."""

from functools import cache

import numpy as np

from tlbook.figures import save_translator
from tlcore.layers import EmbeddingAttentionSeq2seq
from tlcore.nlp.tokenizer import START_WORDS, basic_tokenizer, join_words
from tlcore.utils import Translator

ENGLISH = "the a cat dog Paris sees has not a's . ' , ? I We do t old (".split()
FRENCH = "le la un chat chien Paris voit a ne pas . ' , ? J Nous l vieux (".split()


def words(language, n):
    own = ENGLISH if language == "en" else FRENCH
    return [*START_WORDS, *own, *(f"{language}{i}" for i in range(n - 4 - len(own)))]


def random_translator(rng, n_source=60, n_target=70, size=12, ending=4.5, unknown=0.0, **options):
    """A network with opinions, which it changes from word to word, and words."""
    network = EmbeddingAttentionSeq2seq(n_source, n_target, size, **options)
    for variable in network.model.trainable_variables:
        scale = 0.8 if len(variable.shape) == 2 and variable.shape[0] > 2 else 0.5
        variable.assign(rng.normal(0, scale, variable.shape))
    bias = network.operation.b
    # Likelier to end, and to write _UNK.
    bias.assign(bias.numpy() + ending * np.eye(n_target)[2] + unknown * np.eye(n_target)[3])
    return network, words("en", n_source), words("fr", n_target)


def save(path, translator, dtype="int8"):
    return save_translator(path, *translator, dtype=dtype)


def ids_of(words, text):
    return [words.index(word) if word in words else 3 for word in basic_tokenizer(text)]


def shown(words, ids):
    """Words as the page shows them, with plain spaces."""
    return join_words([words[i] for i in ids])


def plain(text):
    return text.replace("\u00a0", " ")


def minus(value):
    return f"{value:.2f}".replace("-", "−")


@cache
def translated(network, ids, buckets, beam_size, penalty):
    """What ``tl.utils.Translator`` makes of one sentence; each is translated once."""
    return Translator(network, buckets, beam_size, penalty)([list(ids)])[0]


def open_figure(stage, figure):
    """Show a figure, press its button, and wait until it has translated."""
    stage.show(figure, static=True)
    stage.page.get_by_role("button", name="Load the translator").press("Enter")
    settled(stage.page)
    return stage.page


def settled(page):
    page.wait_for_selector('.lbl-figure[data-busy="false"]')
