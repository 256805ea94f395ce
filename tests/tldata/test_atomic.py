"""Files appear whole or not at all."""

import os

import pytest

from tldata.atomic import replacing, write_bytes


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path):
    path = write_bytes(tmp_path / "note", b"old")
    with pytest.raises(RuntimeError, match="half-way"):
        with replacing(path) as part:
            part.write_bytes(b"ne")
            assert part.parent == path.parent  # only there is the move one step
            raise RuntimeError("half-way")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["note"]


@pytest.mark.skipif(os.name == "nt", reason="Windows doesn't replace a file that is open")
def test_who_reads_the_old_file_reads_it_to_its_end(tmp_path):
    path = write_bytes(tmp_path / "note", b"old")
    with open(path, "rb") as reader:
        write_bytes(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


def test_a_folder_in_its_place(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder; give the name of a file"):
        write_bytes(tmp_path, b"x")
    assert os.listdir(tmp_path) == []
