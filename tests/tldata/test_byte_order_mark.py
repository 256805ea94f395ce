"""A mark that some editors put in front of a text never becomes part of a word, section or id."""

from pathlib import Path

import pytest

import tldata
from tlcore import nlp

DUMP = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/"><page><ns>0</ns><revision>'
    "<text>The cat saw two dogs here today.</text></revision></page></mediawiki>"
)
IDS = {"a": 0, "b": 1, "c": 2, "d": 3}


def write(folder, mark, **files):
    for name, text in files.items():
        Path(folder, name.replace("_", ".")).write_text(mark + text, encoding="utf-8")
    return Path(folder)


def ids(folder, mark):
    write(folder, mark, text_en="the cat\nthe dog\n")
    nlp.create_vocabulary(folder / "vocab.en", folder / "text.en", 20)
    vocabulary = (folder / "vocab.en").read_text("utf-8")
    (folder / "vocab.en").write_text(mark + vocabulary, encoding="utf-8")
    nlp.data_to_token_ids(folder / "text.en", folder / "ids.en", folder / "vocab.en")
    text = (folder / "ids.en").read_text("utf-8")
    write(folder, mark, ids_en=text, ids_fr=text)
    data = nlp.read_data(folder / "ids.en", folder / "ids.fr")
    return vocabulary, nlp.initialize_vocabulary(folder / "vocab.en"), text, data


def parts(folder, mark):
    for split in ("train", "val", "test_2016_flickr"):
        (folder / f"{split}.en").write_text(f"{mark}A dog.\n", encoding="utf-8")
        (folder / f"{split}.fr").write_text(f"{mark}Un chien.\n", encoding="utf-8")
    return tldata.load_multi30k(folder)


def treebank(folder, mark):
    for split in ("train", "valid", "test"):
        (folder / f"ptb.{split}.txt").write_text(f"{mark}the cat\n", encoding="utf-8")
    return tldata.load_ptb_words(folder)


READERS = {
    "read_words": lambda f, m: nlp.read_words(write(f, m, t_txt="The cat\n") / "t.txt"),
    "simple": lambda f, m: nlp.simple_read_words(write(f, m, t_txt="The cat\n") / "t.txt"),
    "load_vocab": lambda f, m: nlp.load_vocab(write(f, m, t_txt="UNK 3\nthe 4\n") / "t.txt"),
    "ids": ids,
    "analogies": lambda f, m: repr(
        nlp.read_analogies_file(write(f, m, t_txt=": x\na b c d\n") / "t.txt", IDS)
    ),
    "lines": lambda f, m: repr(nlp.read_analogies_file([m + ": x", "a b c d"], IDS)),
    "pairs": lambda f, m: tldata.read_pairs(
        write(f, m, a_en="I go.\n", a_fr="Je vais.\n") / "a.en", f / "a.fr"
    ),
    "nietzsche": lambda f, m: tldata.load_nietzsche(write(f, m, t_txt="What then?") / "t.txt"),
    "ptb": treebank,
    "tatoeba": lambda f, m: [
        sorted(part)
        for part in tldata.load_tatoeba_en_fr(
            write(f, m, fra_txt="Go.\tVa !\nHi.\tSalut !\nRun!\tCours !\n"), n_valid=1, n_test=1
        )
    ],
    "multi30k": parts,
    "text8": lambda f, m: tldata.load_matt_mahoney_text8_dataset(
        write(f, m, t_txt=" anarchism as a") / "t.txt"
    ),
    "wikipedia": lambda f, m: tldata.load_wikipedia_words(write(f, m, t_xml=DUMP) / "t.xml"),
    "tokens": lambda f, m: (nlp.ptb_words(m + "The cat."), nlp.basic_tokenizer(m + "The cat.")),
}


@pytest.mark.parametrize("name", READERS)
def test_a_byte_order_mark_is_no_part_of_a_text(name, tmp_path):
    (tmp_path / "with").mkdir(), (tmp_path / "without").mkdir()
    read = READERS[name]
    assert read(tmp_path / "with", "\ufeff") == read(tmp_path / "without", "")
