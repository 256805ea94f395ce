import numpy as np
import pytest

from tlcore.layers import InputLayer, VariationalDropoutLayer


def test_variational_dropout_has_one_mask_for_all_steps():
    network = VariationalDropoutLayer(InputLayer((6, 40)), keep=0.7, name="drop1")
    outputs = network.model(np.ones((50, 6, 40)), training=True).numpy()
    assert (outputs == outputs[:, :1]).all() and np.allclose(np.unique(outputs), [0, 1 / 0.7])
    assert abs((outputs[:, 0] == 0).mean() - 0.3) < 0.04
    assert (network.model(np.ones((50, 6, 40)), training=False).numpy() == 1).all()
    network.set_keep({"drop1": 1.0})
    assert (network.model(np.ones((50, 6, 40)), training=True).numpy() == 1).all()
    flat = VariationalDropoutLayer(InputLayer((6, 40)), keep=0.7, return_seq_2d=True)
    rows = flat.model(np.ones((50, 6, 40)), training=True).numpy().reshape(50, 6, 40)
    assert flat.outputs.shape == (None, 40) and (rows == rows[:, :1]).all() and (rows == 0).any()
    with pytest.raises(ValueError, match="batch, steps, n_in"):
        VariationalDropoutLayer(InputLayer((4,)))
    with pytest.raises(ValueError, match="keep is 0"):
        VariationalDropoutLayer(InputLayer((3, 6)), keep=0)
