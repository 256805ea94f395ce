"""Each verb: what it gives back, and what it says about what it refuses."""

import numpy as np
import pytest

from tlcore import check as c

NAN = float("nan")


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (lambda: c.check_count("n", np.int64(3)), 3),
        (lambda: c.check_count("n", 0, least=0), 0),
        (lambda: c.check_number("x", np.float32(0.5), 0, 1), 0.5),
        (lambda: c.check_number("x", -2), -2.0),
        (lambda: c.check_positive("x", 1), 1.0),
        (lambda: c.check_keep(1), 1.0),
        (lambda: c.check_choice("mode", 1, [0, 1]), 1),
        (lambda: c.check_choice("place", "pre", ["pre"]), "pre"),
        (lambda: c.check_words("w", ("a", "b")), ["a", "b"]),
        (lambda: c.check_list("l", iter([1, 2])), [1, 2]),
        (lambda: c.check_array("a", [[1, 2]], ("rows", 2)).tolist(), [[1, 2]]),
        (lambda: c.check_ids("ids", [0, 4], 5).tolist(), [0, 4]),
        (lambda: [x.tolist() for x in c.check_pair("a", [1], "b", [2])], [[1], [2]]),
        (lambda: c.check_sampled(None, 3), None),
        (lambda: c.check_sampled(3, 3), 3),
    ],
)
def test_what_fits_comes_back(call, value):
    assert call() == value and type(call()) is type(value)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: c.check_count("n", 0), ValueError, "n is 0; expected a whole number of at"),
        (lambda: c.check_count("n", 2**40), ValueError, "at least 1 and at most 2147483647"),
        (lambda: c.check_count("n", 9, most=8, fix="Take 8."), ValueError, "from 1 to 8. Take 8."),
        (lambda: c.check_count("n", 2.0), TypeError, "n is 2.0; expected a whole number"),
        (lambda: c.check_count("n", True), TypeError, "n is True"),
        (lambda: c.check_count("n", "3"), TypeError, "n is '3'"),
        (lambda: c.check_number("x", 2, 0, 1, "0.9"), ValueError, "from 0 to 1 such as 0.9."),
        (lambda: c.check_number("x", NAN), ValueError, "x is nan; expected a finite number."),
        (lambda: c.check_number("x", "1", 0), ValueError, "x is '1'; expected 0 or more."),
        (lambda: c.check_positive("x", 0), ValueError, "x is 0; expected a positive number."),
        (lambda: c.check_positive("x", np.inf), ValueError, "x is inf"),
        (lambda: c.check_positive("x", -1, "0.1"), ValueError, "a positive number such as 0.1."),
        (lambda: c.check_keep(0), ValueError, "keep is 0; expected a probability in (0, 1]"),
        (lambda: c.check_keep("0.5"), ValueError, "keep is '0.5'"),
        (lambda: c.check_keep(True), ValueError, "keep is True"),
        (lambda: c.check_choice("m", 2, [0, 1], "(0 is off)"), ValueError, "0 or 1 (0 is off)."),
        (lambda: c.check_choice("m", True, [0, 1]), ValueError, "m is True; expected 0 or 1."),
        (lambda: c.check_choice("m", np.zeros(2), ["a"]), ValueError, "expected 'a'."),
        (lambda: c.check_words("w", "a b"), TypeError, "w is one text, 'a b'; expected a list of"),
        (lambda: c.check_words("w", ["a", 3]), TypeError, "w holds 3; expected words"),
        (lambda: c.check_words("w", []), ValueError, "w has 0 words; expected 1 or more."),
        (lambda: c.check_list("l", 3, of="pairs"), TypeError, "l is a int; expected a list of"),
        (lambda: c.check_array("a", [[1], [1, 2]]), ValueError, "a is no array"),
        (lambda: c.check_array("a", ["x"]), TypeError, "a has dtype <U1; expected numbers."),
        (lambda: c.check_array("a", [1], ("n", 2), "Cut it."), ValueError, "(n, 2). Cut it."),
        (lambda: c.check_array("a", np.zeros((0, 2)), ("n", 2)), ValueError, "a has shape (0, 2)"),
        (lambda: c.check_array("a", [0, NAN]), ValueError, "NaN or infinity, first in row 1"),
        (lambda: c.check_ids("ids", ["a"]), TypeError, "words_to_word_ids"),
        (lambda: c.check_ids("ids", [0.5]), TypeError, "expected ids, whole numbers"),
        (lambda: c.check_ids("ids", [1, 5], 5), ValueError, "ids from 1 to 5; expected 0 to 4."),
        (lambda: c.check_ids("ids", [-1]), ValueError, "ids from -1 to -1; expected 0 or more."),
        (lambda: c.check_pair("a", [1], "b", [1, 2]), ValueError, "expected the same number"),
        (lambda: c.check_pair("a", [], "b", []), ValueError, "a is empty; expected at least"),
        (lambda: c.check_sampled(9, 3), ValueError, "from 1 to 3. There are 3 words. Leave num_s"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_the_remedy(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert message in str(error.value)


def test_need_no_tensorflow(root):
    text = (root / "tlcore/check.py").read_text("utf8")
    assert "import tensorflow" not in text
    assert text.count("import keras") == 1 and "if TYPE_CHECKING:\n    import keras" in text
