"""Get data sets and check them; save and load parameters.

The loaders are those of `tldata`, under the names of the tutorial. Nothing here needs TensorFlow.
"""

from tlcore.files.embeddings import load_embedding, save_embedding
from tlcore.files.parameters import assign_params, load_and_assign_npz, load_npz, save_npz
from tlcore.files.ptb import load_ptb_dataset, load_wikipedia_ptb
from tldata import (
    DataError,
    fetch,
    generate_en_fr,
    load_matt_mahoney_text8_dataset,
    load_mnist_dataset,
    load_multi30k,
    load_newstest2013,
    load_nietzsche,
    load_ptb_words,
    load_questions_words,
    load_tatoeba_en_fr,
    load_wikipedia_ptb_words,
    load_wikipedia_words,
    load_wmt_en_fr_dataset,
    read_pairs,
)

__all__ = [
    "DataError",
    "assign_params",
    "fetch",
    "generate_en_fr",
    "load_and_assign_npz",
    "load_embedding",
    "load_matt_mahoney_text8_dataset",
    "load_mnist_dataset",
    "load_multi30k",
    "load_newstest2013",
    "load_nietzsche",
    "load_npz",
    "load_ptb_dataset",
    "load_ptb_words",
    "load_questions_words",
    "load_tatoeba_en_fr",
    "load_wikipedia_ptb",
    "load_wikipedia_ptb_words",
    "load_wikipedia_words",
    "load_wmt_en_fr_dataset",
    "read_pairs",
    "save_embedding",
    "save_npz",
]
