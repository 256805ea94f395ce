"""Saving and loading parameters, with numpy as the oracle and stand-ins for networks."""

import errno
import io
import os
import pickle
import zipfile

import numpy as np
import pytest

import tlcore as tl


class Variable:
    def __init__(self, name, shape):
        self.name, self.shape, self.value = name, shape, np.full(shape, 7.0, np.float32)

    def assign(self, value):
        self.value = np.array(value)

    def numpy(self):
        return self.value


class Network:
    def __init__(self, *shapes):
        self.all_params = [Variable(f"layer{i}/W", shape) for i, shape in enumerate(shapes)]

    def untouched(self):
        return all((v.value == 7).all() for v in self.all_params)


@pytest.fixture
def params():
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape).astype(np.float32) for shape in ((4, 4), (4,), (4, 2), ())]


def test_round_trip(tmp_path, params):
    path = tl.files.save_npz(params, name=tmp_path / "model.npz")
    assert path == tmp_path / "model.npz"
    got = tl.files.load_npz(str(tmp_path), "model.npz")
    assert all(a.dtype == np.float32 for a in got)
    for a, b in zip(got, params, strict=True):
        np.testing.assert_array_equal(a, b)
    assert os.listdir(tmp_path) == ["model.npz"]


def test_keys_count_from_0000_and_nothing_is_pickled(tmp_path, params):
    tl.files.save_npz(params, tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz", allow_pickle=False) as file:
        assert file.files == ["0000", "0001", "0002", "0003"]


def test_the_order_holds_beyond_ten_and_ten_thousand(tmp_path):
    keys = {"10000": 3, "0010": 1, "0009": 0, "9999": 2}
    np.savez(tmp_path / "many.npz", **{key: np.float32(i) for key, i in keys.items()})
    assert [float(a) for a in tl.files.load_npz(name=tmp_path / "many.npz")] == [0, 1, 2, 3]


def test_the_order_of_numpys_own_keys(tmp_path):
    np.savez(tmp_path / "own.npz", *[np.float32(i) for i in range(12)])
    assert [float(a) for a in tl.files.load_npz(tmp_path, "own.npz")] == list(range(12))


def test_half_precision_is_read_as_single(tmp_path, params):
    ints = np.array([1, 70_000])
    path = tl.files.save_npz([*params, ints], tmp_path / "half.npz", dtype="float16")
    with np.load(path) as file:
        assert file["0000"].dtype == np.float16
    got = tl.files.load_npz(name=path)
    for a, b in zip(got[:-1], params, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_array_equal(a, b.astype(np.float16))
    np.testing.assert_array_equal(got[-1], ints)  # integers keep their type


def test_types_that_can_not_hold_the_values(tmp_path):
    with pytest.raises(ValueError, match="entry 0 holds numbers beyond.*float16.*float32"):
        tl.files.save_npz([np.array([1e5])], tmp_path / "model.npz", dtype="float16")
    with pytest.raises(ValueError, match="dtype is 'int8'; expected None, 'float16'"):
        tl.files.save_npz([np.ones(1)], tmp_path / "model.npz", dtype="int8")
    assert os.listdir(tmp_path) == []


def test_bfloat16_is_saved_as_float32(tmp_path):
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    tl.files.save_npz([np.array([1.5, 2], bfloat16)], tmp_path / "model.npz")
    (got,) = tl.files.load_npz(tmp_path, "model.npz")
    assert got.dtype == np.float32 and got.tolist() == [1.5, 2]


def test_the_ending_is_added(tmp_path):
    assert tl.files.save_npz([np.ones(1)], tmp_path / "v1.2").name == "v1.2.npz"


def test_the_same_parameters_give_the_same_file(tmp_path, params):
    one = tl.files.save_npz(params, tmp_path / "1.npz").read_bytes()
    assert one == tl.files.save_npz(params, tmp_path / "2.npz").read_bytes()


@pytest.mark.parametrize(
    ("save_list", "error", "match"),
    [
        ([], ValueError, "save_list is empty"),
        (np.ones(2), TypeError, r"must be a list of arrays, not ndarray.*\[array\]"),
        ([np.ones(1), "text"], ValueError, "entry 1 must hold numbers, it holds <U4"),
        ([[[1, 2], [3]]], ValueError, "entry 0 is not an array"),
        ([np.array([1, np.nan, np.inf])], ValueError, "entry 0 has 2 of 3 values that are NaN"),
    ],
)
def test_what_can_not_be_saved(tmp_path, save_list, error, match):
    with pytest.raises(error, match=match):
        tl.files.save_npz(save_list, tmp_path / "model.npz")
    assert os.listdir(tmp_path) == []


def test_the_name_of_a_variable_is_in_the_message(tmp_path):
    network = Network((2,))
    network.all_params[0].value[0] = np.nan
    with pytest.raises(ValueError, match=r"entry 0 \('layer0/W'\) has 1 of 2 values"):
        tl.files.save_npz(network.all_params, tmp_path / "model.npz")


def test_no_room_leaves_the_file_that_was_there(tmp_path, params, monkeypatch):
    path = tl.files.save_npz(params, tmp_path / "model.npz")
    before = path.read_bytes()

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        tl.files.save_npz(params[:1], path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.npz"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        tl.files.save_npz([np.ones(1)], tmp_path / "no" / "model.npz")
    with pytest.raises(FileNotFoundError):
        tl.files.load_npz(tmp_path, "model.npz")


def test_a_pickle_in_disguise_is_not_opened(tmp_path):
    class Attack:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "attacked"),)

    np.savez(tmp_path / "model.npz", params=np.array([Attack()], dtype=object))
    with np.load(tmp_path / "model.npz", allow_pickle=True) as file:
        file["params"]  # it does work: this is the oracle of the test
    (tmp_path / "attacked").rmdir()
    with pytest.raises(ValueError, match="can't be read safely.*any code"):
        tl.files.load_npz(tmp_path, "model.npz")
    (tmp_path / "model.npz").write_bytes(pickle.dumps(Attack()))
    with pytest.raises(ValueError, match="is not an .npz file"):
        tl.files.load_npz(tmp_path, "model.npz")
    assert not (tmp_path / "attacked").exists()


def test_a_member_that_is_no_array(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.npz", "w") as file:
        file.writestr("../0000.npy", b"text")
    with pytest.raises(ValueError, match="can't be read safely"):
        tl.files.load_npz(tmp_path, "model.npz")
    assert os.listdir(tmp_path) == ["model.npz"]


def test_a_file_cut_short(tmp_path, params):
    path = tl.files.save_npz(params, tmp_path / "model.npz")
    for cut in (10, 100, 300):
        path.write_bytes(path.read_bytes()[:-cut])
        with pytest.raises(ValueError, match="model.npz is damaged"):
            tl.files.load_npz(name=path)


def test_a_header_that_promises_more_than_any_memory_holds(tmp_path):
    header = io.BytesIO()
    about = {"descr": "<f8", "fortran_order": False, "shape": (2**50,)}
    np.lib.format.write_array_header_1_0(header, about)
    with zipfile.ZipFile(tmp_path / "model.npz", "w") as file:
        file.writestr("0000.npy", header.getvalue())
    with pytest.raises(ValueError, match="model.npz is damaged"):
        tl.files.load_npz(tmp_path, "model.npz")


def test_a_flipped_bit(tmp_path, params):
    path = tl.files.save_npz(params, tmp_path / "model.npz")
    content = bytearray(path.read_bytes())
    content[120] ^= 4
    path.write_bytes(content)
    with pytest.raises(ValueError, match="model.npz is damaged|can't be read safely"):
        tl.files.load_npz(name=path)


def test_assign_by_position(params):
    network = Network((4, 4), (4,), (4, 2), ())
    assert tl.files.assign_params(params, network) is None
    for variable, array in zip(network.all_params, params, strict=True):
        np.testing.assert_array_equal(variable.value, array)


def test_fewer_leave_the_rest_as_it_is(params):
    network = Network((4, 4), (4,), (4, 2))
    tl.files.assign_params(params[:1], network)
    np.testing.assert_array_equal(network.all_params[0].value, params[0])
    assert (network.all_params[1].value == 7).all() and (network.all_params[2].value == 7).all()


def test_more_is_an_error(params):
    network = Network((4, 4), (4,))
    with pytest.raises(ValueError, match="4 arrays for a network of 2 parameters"):
        tl.files.assign_params(params, network)
    assert network.untouched()


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        (np.ones((2, 4)), r"parameter 2 \('layer2/W'\) has shape \(4, 2\), the array .* \(2, 4\)"),
        (np.ones(8), r"parameter 2 .* has shape \(4, 2\), the array has shape \(8,\)"),
        (np.full((4, 2), np.nan), "array 2 has 8 of 8 values that are NaN"),
        (np.full((4, 2), None), "array 2 must hold numbers, it holds object"),
    ],
)
def test_all_is_checked_before_any_is_assigned(params, bad, match):
    network = Network((4, 4), (4,), (4, 2))
    with pytest.raises(ValueError, match=match):
        tl.files.assign_params([*params[:2], bad], network)
    assert network.untouched()


def test_one_array_instead_of_a_list():
    with pytest.raises(TypeError, match="must be a list of arrays, not ndarray"):
        tl.files.assign_params(np.ones((1, 2)), Network((2,)))


def test_load_and_assign(tmp_path, params):
    path = tl.files.save_npz(params, tmp_path / "model.npz", dtype="float16")
    network = Network((4, 4), (4,), (4, 2), ())
    assert tl.files.load_and_assign_npz(path, network) is network
    for variable, array in zip(network.all_params, params, strict=True):
        np.testing.assert_array_equal(variable.value, array.astype(np.float16))
