"""A neural network in ONNX, run by onnxruntime on one core. In the sandbox only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.language import gettext_noop


class WrongModel(ValueError):
    """A model cannot be used; the message is a msgid: what is wrong with its files."""


class Network:
    """An opened network: an input goes in, its outputs by name come out."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`WrongModel` where the file is no network."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # it would write what it thinks of the file where nobody reads
        # Inputs of many sizes: memory kept for each of them would not be given back.
        options.enable_mem_pattern = options.enable_cpu_mem_arena = False
        try:
            self._session: Any = onnxruntime.InferenceSession(
                path.read_bytes(), options, providers=["CPUExecutionProvider"]
            )
        except OSError:
            raise
        except Exception as problem:  # onnxruntime's own kinds have no common base but this
            raise WrongModel(gettext_noop("a model's file is no network that can be run")) from problem
        self._input = self._session.get_inputs()[0].name
        self.outputs = tuple(one.name for one in self._session.get_outputs())

    def run(self, given: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """``given``: as the network takes it, 1 × 3 × rows × columns. Raises :class:`WrongModel`."""
        try:
            answers = self._session.run(None, {self._input: given})
        except Exception as problem:
            raise WrongModel(gettext_noop("a model's network does not take such pictures")) from problem
        return {name: np.asarray(answer, np.float32) for name, answer in zip(self.outputs, answers, strict=True)}
