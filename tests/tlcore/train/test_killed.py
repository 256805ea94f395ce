"""A run that is killed, and the same call again."""

from pathlib import Path

import keras
import numpy as np
import pytest
import trainings
from killed import Nursery


@pytest.fixture(scope="module")
def nursery():
    begun = Nursery(Path(trainings.__file__))
    yield begun
    begun.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in trainings.KINDS if kind != "policy gradient"])
def test_the_same_call_again_ends_where_an_unbroken_run_does(kind, nursery, tmp_path):
    keras.utils.set_random_seed(1)  # as in the process that is killed
    training = trainings.KINDS[kind]()
    whole = training.run(None)
    end = [np.asarray(variable).copy() for variable in training.variables]

    steps, checkpoint = tmp_path / "steps", tmp_path / "run.npz"
    marks = []

    def in_the_second_epoch():
        if not checkpoint.exists():
            return False
        marks.append(steps.stat().st_size)
        return marks[-1] >= marks[0] + 2

    nursery.kill(kind, tmp_path, when=in_the_second_epoch)

    training.reset()  # what was learnt comes from the file
    history = training.run(checkpoint)
    for one, other in zip(training.variables, end, strict=True):
        # Bit-equal where matrix products are: a BLAS may choose another kernel in another process.
        np.testing.assert_allclose(np.asarray(one), other, rtol=1e-5, atol=1e-6)
    name = "loss" if "loss" in whole else "reward"
    assert len(history[name]) == len(whole[name])
    np.testing.assert_allclose(history[name], whole[name], rtol=1e-5)
