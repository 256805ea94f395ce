"""The registry that ships, and what an entry may hold."""

import gzip
import hashlib
import re

import pytest

from tldata import fetch
from tldata.registry import registry

PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")  # nothing that leads out of its folder


def test_every_set_says_where_it_comes_from():
    for name, data in registry().items():
        assert data.name == name
        for text in (data.title, data.home, data.licence, data.citation):
            assert len(text) > 10
        assert all(address.endswith("/") for address in data.addresses)
        for file in data.files:
            urls = data.urls(file)
            if data.archive:
                urls += data.archive.addresses
            assert len(urls) >= 2 or data.only_mirrored or data.package
            assert all(url.startswith("https://") for url in urls)


def test_every_name_stays_in_its_folder_and_every_hash_is_one():
    for name, data in registry().items():
        files = [*data.files, *(file.unpacked for file in data.files if file.unpacked)]
        if data.package:
            files.append(data.package.file)
            assert all(type(nbytes) is int for nbytes in data.package.members.values())
        names = [name, data.folder, *(file.name for file in files)]
        names += [data.archive.name] if data.archive else []
        assert all(PLAIN.fullmatch(plain) for plain in names)
        assert data.files and all(re.fullmatch(r"[0-9a-f]{64}", file.sha256) for file in files)


def test_what_the_chapters_need_is_in_the_package_index():
    sets = registry()
    assert all(sets[name].package for name in ("mnist", "word2vec", "shakespeare"))
    assert [name for name, data in sets.items() if data.only_mirrored] == ["text8-prefix"]


@pytest.mark.parametrize("name", ["mnist", pytest.param("multi30k", marks=pytest.mark.mirror)])
def test_the_packed_and_the_unpacked_hashes_belong_together(name, or_skip):
    """An independent look: unpack the real files, where they are packed."""
    folder = or_skip(fetch, name)
    for file in registry()[name].files:
        path = folder / file.name
        if path.exists():
            content = gzip.decompress(path.read_bytes())
        else:
            content = (folder / file.unpacked.name).read_bytes()
        assert file.unpacked.name == file.name.removesuffix(".gz")
        assert len(content) == file.unpacked.bytes
        assert hashlib.sha256(content).hexdigest() == file.unpacked.sha256


ENTRY = f"""
[demo]
title = "t"
home = "h"
licence = "l"
citation = "c"
addresses = ["https://example.org/"]
[[demo.files]]
name = "a.zip"
bytes = 3
sha256 = "{"0" * 64}"
addresses = ["https://other.org/x?y=a.zip"]
[demo.package]
requirement = "p==1"
file = "p-1-py3-none-any.whl"
bytes = 9
sha256 = "{"1" * 64}"
members = {{ "p/a.zip" = 3 }}
[demo.archive]
name = "a.tgz"
bytes = 9
addresses = ["https://example.org/a.tgz"]
members = ["folder/a.zip"]
"""


def read(tmp_path, text):
    (tmp_path / "registry.toml").write_text(text)
    return registry(tmp_path / "registry.toml")["demo"]


def test_an_entry_with_all_parts(tmp_path):
    demo = read(tmp_path, ENTRY)
    assert demo.folder == "demo" and not demo.only_mirrored
    assert demo.urls(demo.files[0]) == ["https://other.org/x?y=a.zip", "https://example.org/a.zip"]
    package = demo.package
    assert (package.file.name, package.file.bytes) == ("p-1-py3-none-any.whl", 9)
    assert package.members == {"p/a.zip": 3} and package.converter == ""
    assert demo.archive.members == ("folder/a.zip",)
    assert read(tmp_path, ENTRY.replace('"c"\n', '"c"\nfolder = "both"\n')).folder == "both"


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('licence = "l"\n', "", "demo: .*licence"),
        ("bytes = 3\n", "", "demo: .*bytes"),
        ("bytes = 3", "bytes = 3\nsize = 3", "demo: .*size"),
        ("bytes = 9\nsha256", "sha256", "demo: .*bytes"),
        ("bytes = 9\naddresses", "addresses", "demo: .*bytes"),
    ],
)
def test_an_entry_that_lacks_a_part_or_has_one_too_many(tmp_path, old, new, match):
    assert old in ENTRY
    with pytest.raises(ValueError, match=f"registry: {match}"):
        read(tmp_path, ENTRY.replace(old, new, 1))
