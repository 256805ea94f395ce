"""Words out of wikitext: small pieces by hand, and the articles that the book trains on."""

import bz2
import collections
import hashlib

import pytest

from tldata import load_wikipedia_words
from tldata.wikipedia import wikitext_to_text, words_of


@pytest.fixture(scope="module")
def words():
    return load_wikipedia_words()


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        # Letters.
        ("'''Bold''' and ''italic'' and '''''both'''''", "bold and italic and both"),
        ("Café Ærø Straße naïve Łódź", "cafe aero strasse naive lodz"),
        ("in 1984, 2½ times", "in one nine eight four two one two times"),
        ("The cat's don't", "the cat s don t"),
        ("1990–95 and x—y", "one nine nine zero nine five and x y"),
        ("a&nbsp;b &amp; c &lt;d&gt;", "a b c d"),
        ("Ελλάδα Россия 中国 stay out", "stay out"),
        # Links.
        ("[[ant]]s and [[insect|small animals]]", "ants and small animals"),
        ("[[Category:Ants]] [[fr:Fourmi]] [[be-x-old:Ant]] here", "here"),
        ("[[:Category:Ants]] stays", "category ants stays"),
        ("[[wikt:ant|the word]] [[Star Trek: Nemesis]]", "the word star trek nemesis"),
        ("[http://example.org/a?b=c the site] [http://example.org] end", "the site end"),
        ("see http://example.org/a_b, then", "see then"),
        # Pictures.
        ("[[File:Ant.jpg|thumb|right|200px|alt=x|An [[ant|insect]] at work]] end",
         "an insect at work end"),
        ("[[Image:Ant.jpg|thumb]] [[File:a.png]] end", "end"),
        ("[[File:a.jpg|thumb|upright=1.2|A cat [sic] by [http://e.org Eve]]] end",
         "a cat sic by eve end"),
        # Templates and tables, one in another.
        ("a {{t|x={{u|{{v}}}}|y=[[z]]}} b", "a b"),
        ("a {{t|{single} brace}} b", "a b"),
        ("a\n{| class=x\n|-\n| cell {{t}}\n{| \n| inner\n|}\n|}\nb", "a b"),
        ("{{t|\n{| \n| cell\n|}\n}}b", "b"),
        # References, comments, HTML.
        ('a<ref name="x">B [[c]] {{d}}</ref> e<ref name=x /> f', "a e f"),
        ("a<ref name=http://x/y>b</ref> c<references/> d", "a c d"),
        ("<ref name=x/>kept<ref>gone</ref>", "kept"),
        ("a<!-- b [[c]] -->d<!-- open", "ad"),
        ("H<sub>2</sub>O<br/>is <span style='x'>wet</span>", "h two o is wet"),
        ("<math>x^{2}</math>a<gallery>\nFile:x.jpg|y\n</gallery>b<code>c</code>", "a b"),
        ("== History ==\n* one\n# two\n__NOTOC__", "history one two"),
        ("", ""),
    ],
)  # fmt: skip
def test_small_pieces(wikitext, expected):
    assert " ".join(words_of(wikitext_to_text(wikitext))) == expected


@pytest.mark.parametrize("open_mark", ["{{", "{|", "[[", "<ref>", "[[File:x|"])
def test_marks_that_never_close_do_no_harm(open_mark):
    text = f"before {open_mark} after " + "word " * 10
    got = words_of(wikitext_to_text(text))
    assert got[0] == "before" and got[-10:] == ["word"] * 10


@pytest.mark.parametrize("mark", ["{{", "{|", "[[", "{", "<ref", "''", "[http://"])
def test_thousands_of_open_marks_take_no_time(mark):
    """A pattern that tries every way to pair them would take hours."""
    wikitext_to_text(mark * 3000 + " x " + mark * 3000)


def test_the_articles(words):
    assert len(words) == 503_957
    assert " ".join(words[:12]) == (
        "anarchism is a political philosophy that advocates self governed societies based on"
    )
    # Any change of the cleaning shows here; then the trained vectors are of another text.
    digest = hashlib.sha256(" ".join(words).encode()).hexdigest()
    assert digest == "a2aed977263ff543718068a6eec58bc0d85702c85f87568d27919464f40f8c22"
    # How other articles begin, as anyone can look up.
    text = " ".join(words)
    for start in (
        "autism is a neurodevelopmental disorder characterized by impaired social interaction",
        "albedo or reflection coefficient",
        "three eight four three two two bc was a greek philosopher and scientist born",
        "was the one six th president of the united states",
    ):
        assert start in text, start


def test_only_the_letters_a_to_z(words):
    assert set("".join(set(words))) == set("abcdefghijklmnopqrstuvwxyz")


def test_no_markup_is_left(words):
    count = collections.Counter(words)
    for word in "http https px colspan rowspan nbsp quot ref infobox bgcolor jpg svg png".split():
        assert count[word] == 0, word
    # Words that are markup far more often than prose; some articles do speak of them.
    for word in "thumb cite url align alt www html redirect".split():
        assert count[word] < 10, word
    assert max(map(len, count)) < 27  # trimethylheptatriacontane, and a German title


def test_the_counts_are_those_of_english(words):
    count = collections.Counter(words)
    digits = "zero one two three four five six seven eight nine".split()
    common = [w for w, _ in count.most_common(30) if w not in digits]
    assert common[:5] == ["the", "of", "and", "in", "to"]
    assert 30_000 < len(count) < 36_000


DUMP = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">
<siteinfo><sitename>W</sitename></siteinfo>
<page><title>A</title><ns>0</ns><revision><text>One [[ant]].</text></revision></page>
<page><title>B</title><ns>0</ns><redirect title="A"/><revision><text>gone</text></revision></page>
<page><title>T</title><ns>10</ns><revision><text>template</text></revision></page>
<page><title>C</title><ns>0</ns><revision><text/></revision></page>
<page><title>D</title><ns>0</ns><revision><text>Two &lt;br&gt; ants</text></revision></page>
</mediawiki>"""


def test_another_dump(tmp_path):
    """Redirects and other name spaces are left out; any version of the format will do."""
    (tmp_path / "a.xml").write_text(DUMP)
    (tmp_path / "b.bz2").write_bytes(bz2.compress(DUMP.replace("0.10/", "0.11/").encode()))
    for name in ("a.xml", "b.bz2"):
        assert load_wikipedia_words(tmp_path / name) == ["one", "ant", "two", "ants"]


@pytest.mark.parametrize(
    "content",
    [b"", b"no xml", bz2.compress(DUMP.encode())[:200], DUMP.encode()[:400], b"<mediawiki/>"],
)
def test_a_file_that_is_no_dump(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ValueError, match="load_wikipedia_words: "):
        load_wikipedia_words(tmp_path / "x")
