"""The figures' JavaScript: files that say what they take from each other, joined into one."""

import re

import pytest

from tlbook.figures import modules
from tlbook.figures.modules import DECLARATION, HERE, IMPORT, compose

FILES = {path.name: path.read_text("utf-8") for path in sorted(HERE.glob("*.js"))}


def names(source, exported=False):
    return set(modules._names(source, exported))


def code(source):
    """Drop comments, and what strings say."""
    source = re.sub(r"//.*", "", IMPORT.sub("", source))
    source = re.sub(r"\"(?:\\.|[^\"\\\n])*\"|/(?:\\.|[^/\\\n])+/[gu]*(?=[.,;)])", "0", source)
    return re.sub(r"`[^`]*`", lambda text: " ".join(re.findall(r"\$\{(.*?)\}", text[0])), source)


@pytest.mark.parametrize("file", FILES)
def test_says_what_it_takes_and_takes_no_more(file):
    """A call of what another file exports is imported, or is the file's own; imports are used."""
    source = code(FILES[file])
    imported = {n for taken, _ in IMPORT.findall(FILES[file]) for n in re.findall(r"\w+", taken)}
    unused = {name for name in imported if not re.search(rf"\b{name}\b", source)}
    assert not unused
    others = set.union(*(names(text, True) for other, text in FILES.items() if other != file))
    called = set(re.findall(r"(?<![\w.])(\w+)\(", source)) & others
    own = set(re.findall(r"(?:const|let|function) (\w+)", source))
    own |= set(re.findall(r"\w+", " ".join(re.findall(r"(?:const|let) ([\[{].*?) =", source))))
    own |= set(re.findall(r"\w+", " ".join(re.findall(r"\(([^()]*(?:\{\})?)\) (?:=>|\{)", source))))
    assert called <= imported | own | names(FILES[file])


def test_each_figure_is_one_module_with_each_part_once():
    figures = [file for file, source in FILES.items() if "export default" in source]
    assert len(figures) >= 23
    for file in figures:
        joined = compose(file)
        assert len(re.findall(r"^export ", joined, re.M)) == 1
        assert not re.search(r"^import ", joined, re.M)
        defined = [names for _, names in DECLARATION.findall(joined)]
        assert len(defined) == len(set(defined))


def test_what_is_imported_comes_first(write):
    write(
        "a.js", 'import { b } from "./b.js";\nimport { c } from "./c.js";\nexport default b + c;\n'
    )
    write("b.js", 'import { c } from "./c.js";\nexport const b = c + 1;\n')
    write("c.js", "export const [c, d] = [1, 2];\nconst e = 3;\n")
    assert compose("a.js") == (
        "const [c, d] = [1, 2];\nconst e = 3;\n\nconst b = c + 1;\n\nexport default b + c;\n"
    )


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("export const x = 1;\nconst y = 2;\n", "both define y"),
        ("const x = 1;\n", "imports x; other.js doesn't export it"),
        ("export const x = 1;\nexport default x;\n", "other.js has 1 default exports"),
        ('import { y } from "./figure.js";\nexport const x = 1;\n', "imports itself"),
    ],
)
def test_modules_that_do_not_fit_are_refused(write, other, said):
    write("figure.js", 'import { x } from "./other.js";\nexport const y = x;\nexport default y;\n')
    write("other.js", other)
    with pytest.raises(ValueError, match=said):
        compose("figure.js")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Return a function that writes a module into a folder of its own."""
    monkeypatch.setattr(modules, "HERE", tmp_path)
    compose.cache_clear()
    yield lambda name, source: (tmp_path / name).write_text(source, "utf-8")
    compose.cache_clear()


def test_all_are_modules_as_they_stand(stage):
    """An editor, or a page on a server, may import them without joining anything."""
    stage().functions(*FILES)
