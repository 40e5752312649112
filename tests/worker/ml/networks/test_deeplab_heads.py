"""The published heads: their sizes, their strides, and that one crop trains them."""

import pytest
import torch
from torch import nn

from tests.worker.ml.conftest import toy_network
from worker.ml.config import NetworkConfig
from worker.ml.networks import DeepLab, build_network
from worker.ml.networks.deeplab_heads import DeepLabV2, DeepLabV3Plus
from worker.ml.networks.resnet import ResNet50
from worker.ml.score_maps import dropout_logits

HEADS = ["deeplab_v2", "deeplab_v3_plus"]


def millions(*modules: nn.Module | None) -> float:
    return sum(p.numel() for m in modules if m is not None for p in m.parameters()) / 1e6


@pytest.fixture(scope="module")
def published() -> DeepLabV3Plus:
    """The network of the preset: ResNet-101, stride 8, 19 classes."""
    network = build_network(
        NetworkConfig(
            classes=19,
            name="resnet101",
            head="deeplab_v3_plus",
            output_stride=8,
            multi_grid=(1, 2, 4),
            embedding=256,
            decoder=256,
            auxiliary=True,
            pretrained=False,
        )
    )
    assert isinstance(network, DeepLabV3Plus)
    return network


class TestSizes:
    """Parameters against the published table, in millions."""

    def test_of_the_parts(self, published: DeepLabV3Plus) -> None:
        pyramid, join = published.pyramid, published.pyramid.join

        assert millions(pyramid) - millions(join) == pytest.approx(15.2, abs=0.05)
        assert millions(join) == pytest.approx(2.9, abs=0.06)
        assert millions(published.decode, published.classify) == pytest.approx(1.78, abs=0.005)
        assert millions(published.embed) == pytest.approx(1.84, abs=0.005)
        assert millions(published.auxiliary) == pytest.approx(2.36, abs=0.005)

    def test_of_the_whole(self, published: DeepLabV3Plus) -> None:
        # torchvision's stem is one 7 x 7 convolution; the published three of 3 x 3 and the wider
        # layer behind them have 0.12 more.
        assert millions(published.backbone) + 0.12 == pytest.approx(42.6, abs=0.05)
        assert millions(published) + 0.12 == pytest.approx(66.8, abs=0.05)


class TestDilation:
    def rates(self, **options: object) -> list[list[int]]:
        backbone = ResNet50(pretrained=False, **options)
        # The 3 x 3 convolutions in the middle of the blocks.
        return [
            [m.dilation[0] for m in layer.modules() if isinstance(m, nn.Conv2d) and m.padding[0]]
            for layer in list(backbone.layers)[2:]
        ]

    def test_at_stride_8_is_the_published_one(self) -> None:
        rates = self.rates(output_stride=8, multi_grid=(1, 2, 4))

        assert rates == [[1, 2, 2, 2, 2, 2], [4, 8, 16]]

    def test_at_stride_16_is_half_of_it(self) -> None:
        assert self.rates(output_stride=16, multi_grid=(1, 2, 4)) == [[1] * 6, [2, 4, 8]]

    def test_without_a_grid_is_torchvisions_own(self) -> None:
        assert self.rates(output_stride=16, multi_grid=(1, 1, 1)) == [[1] * 6, [1, 2, 2]]

    @pytest.mark.parametrize(("output_stride", "side"), [(8, 8), (16, 4)])
    def test_the_deepest_map_has_the_output_stride(self, output_stride: int, side: int) -> None:
        backbone = ResNet50(pretrained=False, output_stride=output_stride, multi_grid=(1, 2, 4))

        with torch.no_grad():
            taps = backbone.eval()(torch.zeros(1, 3, 64, 64))

        assert [tap.shape[-1] for tap in taps[1:]] == [8, side, side]

    def test_is_an_option_of_a_resnet_alone(self) -> None:
        for options in ({"output_stride": 8}, {"multi_grid": [1, 2, 4]}):
            with pytest.raises(ValueError, match="options of a ResNet, not of mobilenet"):
                toy_network(name="mobilenet_v3_large", **options)
        with pytest.raises(ValueError, match="output_stride must be 8 or 16, not 4"):
            toy_network(name="resnet50", output_stride=4)

    def test_of_the_head_halves_with_the_stride(self) -> None:
        def dilations(network: DeepLab, of: nn.Module) -> list[int]:
            return [m.dilation[0] for m in of.modules() if isinstance(m, nn.Conv2d)]

        for stride, rates in ((8, [6, 12, 18, 24]), (16, [3, 6, 9, 12])):
            network = build_network(
                toy_network(name="resnet50", head="deeplab_v2", output_stride=stride)
            )
            assert isinstance(network, DeepLabV2)
            assert dilations(network, network.classify) == rates
        network = build_network(toy_network(name="mobilenet_v3_large", head="deeplab_v3_plus"))
        assert isinstance(network, DeepLabV3Plus)
        assert dilations(network, network.pyramid.dilated) == [6, 12, 18]


def small(head: str) -> DeepLab:
    return build_network(toy_network(name="mobilenet_v3_large", head=head, auxiliary=True))


@pytest.mark.parametrize("head", HEADS)
class TestInterface:
    @pytest.mark.parametrize(("height", "width"), [(64, 96), (65, 99)])
    def test_logits_and_embedding_are_at_stride_four(
        self, head: str, height: int, width: int
    ) -> None:
        network = small(head).eval()
        images = torch.zeros(2, 3, height, width, dtype=torch.uint8)

        with torch.no_grad():
            out, plain = network(images), network(images, embed=False)

        expected = (-(-height // 4), -(-width // 4))
        assert out.logits.shape == (2, 8, *expected)
        assert out.embedding is not None
        assert out.embedding.shape == (2, 8, *expected)
        assert out.auxiliary is not None
        assert out.auxiliary.shape[:2] == (2, 8)
        assert plain.embedding is None
        assert torch.equal(plain.logits, out.logits)

    def test_one_crop_trains_every_part(self, head: str) -> None:
        network = small(head).train()

        out = network(torch.randint(0, 256, (1, 3, 64, 64), dtype=torch.uint8))
        assert out.embedding is not None
        assert out.auxiliary is not None
        (out.logits.sum() + out.embedding.sum() + out.auxiliary.sum()).backward()

        assert all(p.grad is not None for p in network.parameters())
        heads = {id(p) for p in network.head_parameters()}
        assert len(heads) == len(list(network.parameters())) - len(
            list(network.backbone.parameters())
        )

    def test_dropouts_can_be_compared(self, head: str) -> None:
        network = small(head).eval()
        image = torch.randint(0, 256, (1, 3, 64, 64), dtype=torch.uint8)

        with torch.no_grad():
            passes = dropout_logits(network, image, generator=torch.Generator().manual_seed(0))

        assert passes.shape[:2] == (10, 8)
        assert passes.std(dim=0).max() > 0
