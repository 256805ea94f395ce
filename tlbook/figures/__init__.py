"""Live figures: they run in a notebook and, without a kernel, on the book's pages.

Each figure is one ``.py`` file, which checks and packs the data, and one ``.js`` file, which draws.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["base", "store"],
    submod_attrs={
        "base": ["LiveFigure"],
        "draw_digit": ["DrawDigit", "one_of_each"],
        "filters": ["filter_greys", "save_filters"],
        "filters_over_epochs": ["FiltersOverEpochs"],
        "sliding_filter": ["SlidingFilter"],
        "pooling": ["Pooling", "ReceptiveField"],
        "latent_space": ["LatentSpace"],
        "sweep": ["Sweep"],
        "noise_slider": ["NoiseSlider"],
        "training_panel": ["TrainingPanel"],
        "learning": [
            "Neuron", "Activations", "SoftmaxLoss", "DropoutMasks", "LossValley", "BackwardPass",
        ],
        "skip_gram_window": ["SkipGramWindow"],
        "word_map": ["WordMap", "save_word_map"],
        "embedding_over_time": ["EmbeddingOverTime"],
        "word2vec_panel": ["Word2vecPanel"],
        "replays": ["Replays"],
        "small_worlds": ["Discounting", "NegativeSampling", "Perplexity", "PushUp"],
        "hidden_units": ["HiddenUnits"],
        "play_pong": ["PlayPong"],
        "policy_panel": ["PolicyPanel"],
        "synced_sequences": ["SyncedSequences"],
        "language_files": ["save_language_model", "load_language_model"],
        "next_word": ["NextWord"],
        "gates_over_text": ["GatesOverText"],
        "memory": ["LSTMCell", "Unrolled"],
        "clipping_and_decay": ["ClippingAndDecay"],
        "language_panel": ["LanguagePanel"],
        "bucket_game": ["BucketGame"],
        "translation_panel": ["TranslationPanel"],
        "translator_files": ["save_translator", "load_translator"],
        "translate_sentence": ["TranslateSentence"],
        "attention_by_hand": ["AttentionByHand"],
        "beam_search": ["BeamSearch"],
        "self_check": ["SelfCheck"],
    },
)  # fmt: skip
