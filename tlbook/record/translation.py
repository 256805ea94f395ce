"""The translator on real sentences: Tatoeba and Multi30k."""

from __future__ import annotations

import tempfile
from pathlib import Path

import keras
import numpy as np
import sacrebleu

import tlbook
import tlcore as tl
from tlbook.record.common import Folders, finished

LOADERS = {"tatoeba": "load_tatoeba_en_fr", "multi30k": "load_multi30k"}
SHOWN = "translation_tatoeba"  # the run whose network the live figures show


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``translation_tatoeba`` or ``translation_multi30k`` with the settings `s`."""
    loaded = getattr(tl.files, LOADERS[s["corpus"]])()
    parts = dict(zip(("train", "valid", "test"), loaded, strict=True))
    buckets = [tuple(bucket) for bucket in s["buckets"]]
    data, english, french = read(parts, s["vocabulary"], buckets)
    keras.utils.set_random_seed(s["seed"])
    network = tl.layers.EmbeddingAttentionSeq2seq(
        len(english), len(french), s["size"], bidirectional=True, keep=s["keep"], tied=True
    )
    trainer = tl.train.TranslationTrainer(
        network, data["train"], buckets, s["batch_size"], s["learning_rate"],
        optimizer=tl.train.Adam(s["learning_rate"]), num_sampled=s["num_sampled"], seed=s["seed"],
    )  # fmt: skip

    def fall(history: dict) -> None:
        epoch = len(history["epoch"])  # the one that comes next, from 0
        rate = s["learning_rate"] * s["lr_decay"] ** max(epoch - s["max_epoch"], 0)
        trainer.learning_rate = rate

    history = tl.train.train_translator(
        trainer, s["n_epoch"], data["valid"], to.checkpoint(name), on_epoch=fall
    )
    finished(len(history["epoch"]), s["n_epoch"])
    judge = Judge(english, french)
    greedy = tl.utils.Translator(network, buckets)
    beam = tl.utils.Translator(network, buckets, beam_size=4)
    sources, references = zip(*parts["test"], strict=True)
    result, plain, copied = judge(sources, references, {"greedy": greedy, "beam": beam})
    everything = [[pair for bucket in data["train"] for pair in bucket]]
    result["different"] = len(set(plain)) / len(set(sources))
    result["padding"] = {
        "one bucket": tl.nlp.padding_share(everything, buckets[-1:]),
        f"{len(buckets)} buckets": tl.nlp.padding_share(data["train"], buckets),
    }
    result["examples"] = list(zip(sources, references, copied, strict=True))[:20]
    if name == SHOWN:
        news, references = zip(*tl.files.load_newstest2013(), strict=True)
        about, _, copied = judge(news, references, {"greedy": greedy})
        ids = [i for sentence in news for i in judge.ids_of(sentence)]
        about |= {"unknown": ids.count(tl.nlp.UNK_ID) / len(ids), "words": len(ids) / len(news)}
        result["newstest2013"] = about | {"first": copied[0]}
        tlbook.figures.save_translator(to.weights(name), network, english, french)
    result |= {"seconds": sum(history["seconds"]), "n_params": network.count_params()}
    sizes = {"n_pairs": {part: len(pairs) for part, pairs in parts.items()}}
    to.save(name, history, s | sizes | {"vocabulary": [len(english), len(french)]}, result)


def read(parts: dict, sizes: list[int], buckets: list) -> tuple[dict, list[str], list[str]]:
    """Return the pairs of ids in their buckets, part by part, and the words of both languages."""
    with tempfile.TemporaryDirectory() as name:
        folder, words = Path(name), []
        for side, language in enumerate(("en", "fr")):
            for part, pairs in parts.items():
                text = "".join(pair[side] + "\n" for pair in pairs)
                (folder / f"{part}.{language}").write_text(text, encoding="utf-8")
            file = folder / f"vocab.{language}"
            tl.nlp.create_vocabulary(
                file, folder / f"train.{language}", sizes[side], normalize_digits=False
            )
            words.append(tl.nlp.initialize_vocabulary(file)[1])
            for part in parts:
                text = folder / f"{part}.{language}"
                tl.nlp.data_to_token_ids(text, f"{text}.ids", file, normalize_digits=False)
        ids = {part: [folder / f"{part}.{side}.ids" for side in ("en", "fr")] for part in parts}
        return {part: tl.nlp.read_data(*files, buckets) for part, files in ids.items()}, *words


class Judge:
    """Translates sentences and compares them with references."""

    def __init__(self, english: list[str], french: list[str]):
        self.french, self.english_ids = french, {word: i for i, word in enumerate(english)}

    def ids_of(self, sentence: str) -> list[int]:
        """Return the ids of an English sentence."""
        return tl.nlp.sentence_to_token_ids(sentence, self.english_ids, normalize_digits=False)

    def in_french(self, sentence: str, translation: tl.utils.Translation, copy: bool) -> str:
        """Return the French text, with the English word looked at most for each _UNK if `copy`."""
        words = [self.french[i] for i in translation.ids]
        english = tl.nlp.basic_tokenizer(sentence)
        for place, word in enumerate(words):
            if copy and word == "_UNK" and english:
                words[place] = english[int(translation.attention[place].argmax())]
        return tl.nlp.join_words(words)

    def __call__(self, sentences: tuple, references: tuple, translators: dict) -> tuple:
        """Return BLEU with and without copied words and the share that is right; and the texts.

        The texts are those of the first translator without copies, and of the last with them.
        """
        found, texts, split, outs, rights = {}, [], tl.nlp.basic_tokenizer, [], []
        for name, translator in translators.items():
            outs.append(translator([self.ids_of(sentence) for sentence in sentences]))
            for kind, copy in (("", False), ("_copied", True)):
                pairs = zip(sentences, outs[-1], strict=True)
                texts.append([self.in_french(*pair, copy) for pair in pairs])
                score = sacrebleu.corpus_bleu(texts[-1], [list(references)]).score
                found[f"bleu_{name}{kind}"] = score
            right = zip(texts[-1], references, strict=True)
            rights.append(np.array([split(ours) == split(is_) for ours, is_ in right]))
            found[f"right_{name}"] = rights[-1].mean()
        if len(outs) == 2:  # how often the second, a beam, does something else than the first
            both = list(zip(*outs, strict=True))
            found["beam_against_greedy"] = {
                "sentences": len(both),
                "differ": sum(a.ids != b.ids for a, b in both),
                "likelier": sum(b.score > a.score + 1e-3 for a, b in both),
                "won": int((rights[1] & ~rights[0]).sum()),
                "lost": int((rights[0] & ~rights[1]).sum()),
            }
        return found, texts[0], texts[-1]
