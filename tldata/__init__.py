"""The data sets of the tutorial: fetched from their owners, checked, and read.

Nothing here needs TensorFlow. ``python -m tldata list`` names what there is, with licences and
citations; `tlcore.files` has the loaders under the names of the tutorial. Each loader fetches its
files where they are missing, and raises a `DataError` that says what to do where they can't be had.
With ``path=`` it reads files of yours, and fetches nothing.

Examples
--------
>>> import tldata
>>> "load_mnist_dataset" in dir(tldata)
True
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "english_french": ["generate_en_fr"],
        "fetch": ["DataError", "fetch"],
        "mnist": ["load_mnist_dataset"],
        "multi30k": ["load_multi30k"],
        "nietzsche": ["load_nietzsche"],
        "ptb": ["load_ptb_words"],
        "shakespeare": ["load_shakespeare"],
        "tatoeba": ["load_tatoeba_en_fr"],
        "text": ["read_pairs"],
        "text8": ["load_matt_mahoney_text8_dataset"],
        "wikipedia": [
            "load_questions_words",
            "load_wikipedia_ptb_words",
            "load_wikipedia_words",
        ],
        "wmt": ["load_newstest2013", "load_wmt_en_fr_dataset"],
    },
)
