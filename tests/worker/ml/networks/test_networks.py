"""Backbones, their weights and the head."""

import typing
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch.nn import functional as F

from tests.worker.ml.conftest import toy_network
from worker.ml.config import NetworkConfig
from worker.ml.networks import build_network
from worker.ml.networks.base import Backbone
from worker.ml.networks.efficientnet_lite0 import EfficientNetLite0, SameConv
from worker.ml.networks.weights import WeightsBroken, WeightsMissing


@pytest.mark.parametrize(("height", "width"), [(64, 96), (65, 99), (160, 224)])
def test_logits_are_at_stride_four(height: int, width: int) -> None:
    network = build_network(toy_network()).eval()

    out = network(torch.zeros(1, 3, height, width, dtype=torch.uint8))

    expected = (-(-height // 4), -(-width // 4))
    assert out.logits.shape == (1, 8, *expected)
    assert out.feature.shape == (1, 16, *expected)
    assert out.embedding is not None
    assert out.embedding.shape == (1, 8, *expected)
    assert out.auxiliary is None


def test_one_image_trains() -> None:
    network = build_network(toy_network()).train()

    network(torch.zeros(1, 3, 64, 64, dtype=torch.uint8)).logits.sum().backward()

    assert all(p.grad is not None for p in network.classify.parameters())


@pytest.mark.parametrize("size", [7, 8, 9, 16])
@pytest.mark.parametrize(("kernel", "stride"), [(3, 2), (5, 2), (3, 1), (5, 1)])
def test_the_odd_pixel_of_padding_is_at_the_end(size: int, kernel: int, stride: int) -> None:
    layer = SameConv(1, 1, kernel, stride, bias=False)
    x = torch.randn(1, 1, size, size, generator=torch.Generator().manual_seed(0))
    out = -(-size // stride)
    total = max((out - 1) * stride + kernel - size, 0)
    before, after = total // 2, total - total // 2

    expected = F.conv2d(F.pad(x, (before, after, before, after)), layer.weight, stride=stride)

    assert expected.shape[-1] == out
    assert torch.allclose(layer(x), expected)


def test_the_pretrained_backbone_is_the_published_one() -> None:
    """Features of a fixed image; symmetric padding or another epsilon would change them."""
    image = torch.linspace(-1, 1, 64 * 96).view(1, 1, 64, 96).expand(1, 3, 64, 96)

    with torch.no_grad():
        taps = EfficientNetLite0().eval()(image)

    assert [tap.shape[1] for tap in taps] == [24, 40, 112, 320]
    assert [tap.shape[-1] for tap in taps] == [24, 12, 6, 3]
    # Recorded from this code; batch norm's usual epsilon of 1e-5 gives 1.42 at the last.
    means = [tap.abs().mean().item() for tap in taps]
    assert means == pytest.approx([5.79393, 6.15100, 4.98051, 1.30923], rel=1e-3)


def test_weights_come_from_a_file(tmp_path: Path) -> None:
    source = EfficientNetLite0(pretrained=False)
    save_file(source.state_dict(), tmp_path / "w.safetensors")

    loaded = EfficientNetLite0(weights=str(tmp_path / "w.safetensors"))

    assert torch.equal(loaded._conv_stem.weight, source._conv_stem.weight)


NAMES = typing.get_args(typing.get_type_hints(NetworkConfig)["name"])
OF_ZOO = ("pvt_v2_b0", "dinov2_small")
OF_TORCHVISION = [name for name in NAMES if name not in ("efficientnet_lite0", *OF_ZOO)]


@pytest.mark.parametrize("name", NAMES)
def test_missing_weights_are_an_error(name: str) -> None:
    config = NetworkConfig.from_dict({"classes": 3, "name": name, "weights": "/no/such.pth"})

    with pytest.raises(WeightsMissing, match="pretrained=false"):
        build_network(config)


@pytest.mark.parametrize("name", OF_TORCHVISION)
def test_every_backbone_has_the_same_interface(name: str) -> None:
    network = build_network(toy_network(name=name, auxiliary=True)).eval()
    channels = typing.cast(Backbone, network.backbone).channels

    with torch.no_grad():
        out = network(torch.zeros(1, 3, 64, 96, dtype=torch.uint8))
        taps = network.backbone(torch.zeros(1, 3, 64, 96))

    assert out.logits.shape == (1, 8, 16, 24)
    assert out.feature.shape == (1, 16, 16, 24)
    assert out.embedding is not None
    assert out.embedding.shape == (1, 8, 16, 24)
    assert out.auxiliary is not None
    assert out.auxiliary.shape == (1, 8, 4, 6)
    assert tuple(tap.shape[1] for tap in taps) == channels
    assert [tap.shape[2] for tap in taps] == [16, 8, 4, 4]  # the last stage is dilated


@pytest.mark.parametrize("name", OF_TORCHVISION)
def test_torchvisions_own_files_of_weights_load(name: str, tmp_path: Path) -> None:
    """A file as torchvision publishes it: its names, with ImageNet's classifier."""
    published = getattr(torchvision.models, name)(weights=None)
    torch.save(published.state_dict(), tmp_path / "w.pth")

    loaded = build_network(toy_network(name=name, pretrained=True, weights=str(tmp_path / "w.pth")))

    ours = list(loaded.backbone.state_dict().values())
    theirs = [
        value
        for key, value in published.state_dict().items()
        if not key.startswith(("fc.", "classifier."))
    ]
    assert len(ours) == len(theirs)
    assert all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("name", OF_TORCHVISION)
def test_one_image_trains_every_backbone(name: str) -> None:
    network = build_network(toy_network(name=name)).train()

    network(torch.zeros(1, 3, 64, 64, dtype=torch.uint8)).logits.sum().backward()

    assert all(p.grad is not None for p in network.backbone.parameters())


@pytest.mark.parametrize("name", OF_TORCHVISION)
def test_weights_out_of_reach_are_an_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("no route")

    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", unreachable)

    with pytest.raises(WeightsMissing, match=r"IMAGENET1K_V2 cannot be fetched.*no route"):
        build_network(toy_network(name=name, pretrained=True))


def test_a_torn_download_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest in the file's name is held against what came."""

    def torn(*_: object, check_hash: bool = False, **__: object) -> Any:
        if check_hash:
            raise RuntimeError('invalid hash value (expected "c6f35ac2")')
        return torchvision.models.mobilenet_v3_large(weights=None).state_dict()

    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", torn)

    with pytest.raises(WeightsMissing, match=r"cannot be fetched.*invalid hash"):
        build_network(toy_network(name="mobilenet_v3_large", pretrained=True))


@pytest.mark.parametrize("name", ["w.pth", "w.safetensors"])
@pytest.mark.parametrize("content", [b"", b"torn" * 100])
def test_a_torn_file_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(WeightsBroken, match=rf"{name} holds no weights that can be read"):
        build_network(toy_network(pretrained=True, weights=str(tmp_path / name)))


def test_another_networks_weights_are_refused(tmp_path: Path) -> None:
    torch.save(torchvision.models.resnet50(weights=None).state_dict(), tmp_path / "w.pth")

    with pytest.raises(RuntimeError, match="layer3"):
        build_network(
            toy_network(name="resnet101", pretrained=True, weights=str(tmp_path / "w.pth"))
        )
