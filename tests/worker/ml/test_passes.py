"""However a batch is run, its maps and its gradient are those of the whole."""

import pytest
import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from tests.worker.ml.conftest import toy_network
from worker.ml.networks import DeepLab, build_network
from worker.ml.passes import Pass, pick_device


def network(*, dropout: float = 0.0) -> DeepLab:
    torch.manual_seed(0)
    return build_network(toy_network(dropout=dropout, auxiliary=True)).train()


def frozen(one: DeepLab) -> DeepLab:
    for module in one.modules():
        if isinstance(module, _BatchNorm):
            module.eval()
    return one


def images(count: int = 5) -> Tensor:
    rng = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, 3, 64, 64), dtype=torch.uint8, generator=rng)


def gradients(one: DeepLab, run: Pass) -> dict[str, Tensor]:
    """Of a loss that no sum over parts gives: it has a square of the whole batch's mean."""
    maps = run(images())
    assert maps.embedding is not None
    assert maps.auxiliary is not None
    loss = maps.logits.square().mean() + maps.embedding.mean().square() + maps.auxiliary.std()
    loss.backward()
    return {name: p.grad for name, p in one.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("micro_batches", [2, 5])
def test_the_gradient_of_micro_batches_is_that_of_the_whole(micro_batches: int) -> None:
    whole, parts = frozen(network()), frozen(network())

    expected = gradients(whole, Pass(whole))
    found = gradients(parts, Pass(parts, micro_batches=micro_batches))

    assert set(found) == set(expected)
    for name, value in expected.items():
        assert (found[name] - value).abs().max() <= 1e-3 * value.abs().max() + 1e-9, name


def test_the_second_run_draws_the_same_dropout() -> None:
    """A part's gradient belongs to the maps that the loss saw, not to another draw of them."""
    one = frozen(network(dropout=0.5))
    torch.manual_seed(3)
    maps = Pass(one, micro_batches=2)(images(4))
    maps.logits.sum().backward()

    torch.manual_seed(3)
    again = frozen(network(dropout=0.5))
    torch.manual_seed(3)
    outs = [again(part).logits for part in images(4).split(2)]
    torch.cat(outs).sum().backward()

    whole, parts = (next(each.classify.parameters()).grad for each in (one, again))
    assert whole is not None
    assert parts is not None
    assert torch.allclose(whole, parts, atol=1e-3)


def test_running_a_part_again_moves_no_average() -> None:
    once, twice = network(), network()
    for part in images(4).split(2):
        once(part)

    Pass(twice, micro_batches=2)(images(4)).logits.sum().backward()

    for name, value in once.named_buffers():
        assert torch.equal(dict(twice.named_buffers())[name], value), name
    assert {m.momentum for m in twice.modules() if isinstance(m, _BatchNorm)} == {
        m.momentum for m in once.modules() if isinstance(m, _BatchNorm)
    }


def test_in_bfloat16_the_maps_are_close_and_still_float32() -> None:
    one = frozen(network()).eval()

    exact, rough = Pass(one)(images()), Pass(one, precision="bfloat16")(images())

    assert rough.logits.dtype == torch.float32
    assert not torch.equal(rough.logits, exact.logits)
    assert (rough.logits - exact.logits).abs().max() < 0.05 * exact.logits.abs().max()


def test_a_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    assert pick_device("auto").type == "cpu"
    with pytest.raises(ValueError, match="finds 0 CUDA devices"):
        pick_device("cuda")
