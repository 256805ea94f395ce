"""Live figures: they run in a notebook and, without a kernel, on the book's pages.

Each figure is one ``.py`` file, which checks and packs the data, and one ``.js`` file, which draws.

- `DrawDigit`: draw a digit, and two nets answer while the pen moves
- `FiltersOverEpochs`: what the first layer has learned, epoch by epoch
- `SlidingFilter`: a filter over a digit, with stride and padding, and its feature map
- `Pooling`, `ReceptiveField`: what pooling keeps, and what one unit of a network sees
- `LatentSpace`: a map of digits by a code of two numbers, to walk through
- `Sweep`: the curves of many recorded runs, compared
- `NoiseSlider`: how a denoising autoencoder mends what noise has done
- `TrainingPanel`: a training to watch, pause and change while it runs (needs a kernel)
- `Neuron`, `Activations`, `SoftmaxLoss`, `DropoutMasks`, `LossValley`, `BackwardPass`: what a
  network is made of and how it learns, part by part
- `SkipGramWindow`: the window that turns a sentence into pairs of words
- `WordMap`: word vectors as a map, with neighbours and arithmetic
- `Perplexity`: what t-SNE makes of points whose truth can be seen
- `NegativeSampling`: a centre, its context and drawn words, step by step
- `EmbeddingOverTime`: the map while it is learned, step by step
- `Word2vecPanel`: word vectors to train, watch and tune (needs a kernel)
- `Replays`: games of an agent at several ages, moment by moment
- `PushUp`: the policy gradient, one episode at a time
- `Discounting`: what a reward is worth at the steps before it
- `HiddenUnits`: what the hidden units of a policy look for
- `PlayPong`: a small Pong against a trained agent
- `PolicyPanel`: an agent to watch and tune while it learns (needs a kernel)
- `SyncedSequences`: a text in rows and windows, as a language model reads it
- `NextWord`: what a language model expects next, and how it goes on writing
- `GatesOverText`: what the gates and cells of an LSTM do while it reads
- `LSTMCell`: one cell of an LSTM, with its gates as valves
- `Unrolled`: a gradient that shrinks or grows on its way back
- `ClippingAndDecay`: what clipping and a falling rate did in recorded runs of a language model
- `LanguagePanel`: a language model to watch and tune while it trains (needs a kernel)
- `BucketGame`: pairs of sentences in buckets, whose sizes you move until little is padding
- `TranslationPanel`: a translator to watch and tune while it trains (needs a kernel)
- `TranslateSentence`: a sentence to translate, and where attention looks for each word
- `AttentionByHand`: a query, keys and values as arrows to drag
- `BeamSearch`: beam search step by step, beside greedy search
- `SelfCheck`: questions with explained answers
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
            "Neuron",
            "Activations",
            "SoftmaxLoss",
            "DropoutMasks",
            "LossValley",
            "BackwardPass",
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
)
