"""A stand-in for a GPU: tensors that say they are on another device, and compute on the CPU.

Whatever mixes them with tensors of the CPU is refused, as CUDA would refuse it. Their device is
called `meta`, since torch accepts that name on any machine; their values are real.
"""

from collections import Counter
from typing import Any, Self

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map

ELSEWHERE = torch.device("meta")
CPU = torch.device("cpu")
# CUDA, too, takes the indices of an indexing, and what is copied, from the CPU.
MAY_MIX = {"aten::_to_copy", "aten::copy_", "aten::index.Tensor", "aten::index"}


class _Elsewhere(Tensor):
    inside: Tensor

    def __new__(cls, inside: Tensor) -> Self:
        made: Self = torch.Tensor._make_wrapper_subclass(
            cls,
            inside.size(),
            strides=inside.stride(),
            storage_offset=inside.storage_offset(),
            dtype=inside.dtype,
            device=ELSEWHERE,
        )
        made.inside = inside
        return made

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        raise NotImplementedError(f"{func} outside of Elsewhere")


class MixedDevices(RuntimeError):
    """An operation had tensors of both devices."""


class Elsewhere(TorchDispatchMode):
    """Within it, the device `meta` is the stand-in; counts what the processor waits for.

    Not for `torch.inference_mode`, whose operations do not all pass by here.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.waits: Counter[str] = Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        given = [each for each in tree_leaves((args, kwargs)) if isinstance(each, Tensor)]
        there = any(isinstance(each, _Elsewhere) for each in given)
        name = func._schema.name
        if there and name not in MAY_MIX:
            _refuse_mixed(name, given)
        goes = there
        if kwargs.get("device") is not None:
            goes = torch.device(kwargs["device"]) == ELSEWHERE
            kwargs["device"] = CPU
        if there and (name in ("aten::_local_scalar_dense", "aten::nonzero") or not goes):
            self.waits[name] += 1
        out = func(*tree_map(_inner, args), **tree_map(_inner, kwargs))
        if not goes:
            return out
        return return_and_correct_aliasing(func, args, kwargs, tree_map(_outer, out))


def _inner(each: Any) -> Any:
    return each.inside if isinstance(each, _Elsewhere) else each


def _outer(each: Any) -> Any:
    return _Elsewhere(each) if isinstance(each, Tensor) else each


def _refuse_mixed(name: str, given: list[Tensor]) -> None:
    here = [tuple(each.shape) for each in given if not isinstance(each, _Elsewhere) and each.ndim]
    if here:
        raise MixedDevices(f"{name} has tensors of the CPU, too: {here}")
