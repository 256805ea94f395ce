"""The published runs: a script for each chapter, which trains at full scale and records it.

``python -m tlbook.record perceptron`` takes the parameters of ``data/full/perceptron.yaml``, keeps
checkpoints in ``data/checkpoints``, and writes ``data/runs`` and ``data/weights``.
"""
