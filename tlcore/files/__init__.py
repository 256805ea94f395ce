"""Get data sets and check them; save and load parameters and records of runs.

Nothing here needs TensorFlow, so it loads at once.
"""

from tlcore.files.embeddings import load_embedding, save_embedding
from tlcore.files.english_french import generate_en_fr
from tlcore.files.fetch import DataError, fetch
from tlcore.files.mnist import load_mnist_dataset
from tlcore.files.multi30k import load_multi30k
from tlcore.files.nietzsche import load_nietzsche
from tlcore.files.parallel import read_pairs
from tlcore.files.parameters import assign_params, load_and_assign_npz, load_npz, save_npz
from tlcore.files.ptb import load_ptb_dataset, load_ptb_words
from tlcore.files.runs import load_run, save_run
from tlcore.files.tatoeba import load_tatoeba_en_fr
from tlcore.files.text8 import load_matt_mahoney_text8_dataset
from tlcore.files.wikipedia import load_questions_words, load_wikipedia_words
from tlcore.files.wikipedia_ptb import load_wikipedia_ptb, load_wikipedia_ptb_words
from tlcore.files.wmt import load_newstest2013, load_wmt_en_fr_dataset

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
    "load_run",
    "load_tatoeba_en_fr",
    "load_wikipedia_ptb",
    "load_wikipedia_ptb_words",
    "load_wikipedia_words",
    "load_wmt_en_fr_dataset",
    "read_pairs",
    "save_embedding",
    "save_npz",
    "save_run",
]
