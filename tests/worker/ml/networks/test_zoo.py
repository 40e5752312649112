"""The extra `zoo`: transformer backbones behind the same interface, random weights."""

import sys
from pathlib import Path
from typing import cast

import pytest
import torch
from safetensors.torch import save_file

from tests.worker.ml.conftest import toy_config, toy_data, toy_network
from worker.ml import networks
from worker.ml.networks import build_network
from worker.ml.networks.base import Backbone
from worker.ml.networks.weights import ExtraMissing, WeightsMissing
from worker.ml.trainer import Training

zoo = pytest.importorskip("worker.ml.networks.zoo", reason="the extra `zoo` is not installed")
NAMES = ["pvt_v2_b0", "dinov2_small"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("height", "width"), [(64, 96), (70, 99)])
def test_has_the_same_interface_at_any_size(name: str, height: int, width: int) -> None:
    network = build_network(toy_network(name=name, auxiliary=True)).eval()

    with torch.no_grad():
        out = network(torch.zeros(1, 3, height, width, dtype=torch.uint8))
        taps = network.taps(torch.zeros(1, 3, height, width))

    assert out.logits.shape == (1, 8, -(-height // 4), -(-width // 4))
    assert tuple(tap.shape[1] for tap in taps) == cast(Backbone, network.backbone).channels
    strides = (4, 8, 16, 32) if name == "pvt_v2_b0" else (4, 8, 16, 16)
    assert [tap.shape[-1] for tap in taps] == [-(-width // stride) for stride in strides]


def test_patches_of_14_see_a_resized_image_of_whole_patches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backbone = zoo.DinoV2Small(pretrained=False).eval()
    seen: list[torch.Size] = []
    inner = backbone.body.forward_intermediates

    def note(x: torch.Tensor, **options: object) -> object:
        seen.append(x.shape[-2:])
        return inner(x, **options)

    monkeypatch.setattr(backbone.body, "forward_intermediates", note)
    with torch.no_grad():
        backbone(torch.zeros(1, 3, 160, 224))

    assert seen == [(154, 224)]


@pytest.mark.parametrize("name", NAMES)
def test_a_step_of_the_method_trains_it(name: str, scenes: Path) -> None:
    network = {**toy_network(name=name).to_dict()}
    config = toy_config(steps=1, network=network, contrastive_start=0.0, batch_labelled=1)
    training = Training(config, toy_data(scenes), None)

    losses = training.advance()
    training.close()

    assert all(loss.isfinite() for loss in losses.values())
    body = training.student.backbone.parameters()
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in body)


@pytest.mark.parametrize("name", NAMES)
def test_weights_come_from_a_file_and_a_missing_one_is_an_error(name: str, tmp_path: Path) -> None:
    source = zoo.BACKBONES[name](pretrained=False)
    file = tmp_path / "w.safetensors"
    save_file({**source.body.state_dict(), "head.weight": torch.zeros(1)}, file)

    loaded = zoo.BACKBONES[name](weights=str(file))

    assert all(
        torch.equal(one, other)
        for one, other in zip(
            loaded.body.state_dict().values(), source.body.state_dict().values(), strict=True
        )
    )
    with pytest.raises(WeightsMissing, match="pretrained=false"):
        zoo.BACKBONES[name](weights="/no/such.pth")


def test_weights_out_of_reach_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, pretrained: bool, **__: object) -> None:
        assert pretrained
        raise OSError("no route")

    monkeypatch.setattr(zoo.timm, "create_model", unreachable)

    with pytest.raises(WeightsMissing, match=r"cannot be fetched.*no route"):
        zoo.PvtV2B0()


def test_without_the_extra_the_refusal_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    monkeypatch.delitem(sys.modules, "worker.ml.networks.zoo")
    monkeypatch.delattr(networks, "zoo")

    with pytest.raises(ExtraMissing, match=r"needs the extra `zoo`: pip install 'maskloop\[zoo\]'"):
        build_network(toy_network(name="dinov2_small"))
