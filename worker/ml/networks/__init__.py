"""Networks behind one interface: images in; logits, feature, embedding and auxiliary out."""

from collections.abc import Callable

from torch import nn

from worker.ml.config import NetworkConfig
from worker.ml.networks.base import DeepLab, SegmentationOutput
from worker.ml.networks.deeplab_heads import DeepLabV2, DeepLabV3Plus
from worker.ml.networks.efficientnet_lite0 import EfficientNetLite0
from worker.ml.networks.light_head import LightHead

__all__ = ["DeepLab", "SegmentationOutput", "build_network"]

HEADS: dict[str, Callable[[nn.Module, NetworkConfig], DeepLab]] = {
    "light": LightHead,
    "deeplab_v2": DeepLabV2,
    "deeplab_v3_plus": DeepLabV3Plus,
}


def build_network(config: NetworkConfig, *, initialise: bool = True) -> DeepLab:
    """The network of the config; `initialise=False` where saved weights are loaded right after.

    Raises:
        WeightsMissing: If pretrained weights are asked for and cannot be found.
        ExtraMissing: If the backbone is one of the extra `zoo`, and that is not installed.
    """
    backbone = _backbone(config, pretrained=config.pretrained and initialise)
    return HEADS[config.head](backbone, config)


def _backbone(config: NetworkConfig, *, pretrained: bool) -> nn.Module:
    # Imported here: torchvision loads torch's compiler, which doubles the start of every other job.
    name, weights = config.name, config.weights
    if name == "efficientnet_lite0":
        return EfficientNetLite0(weights=weights, pretrained=pretrained)
    if name == "mobilenet_v3_large":
        from worker.ml.networks.mobilenet_v3 import MobileNetV3Large

        return MobileNetV3Large(weights=weights, pretrained=pretrained)
    if name in ("pvt_v2_b0", "dinov2_small"):
        from worker.ml.networks import zoo

        return zoo.BACKBONES[name](weights=weights, pretrained=pretrained)
    from worker.ml.networks import resnet

    make = {"resnet50": resnet.ResNet50, "resnet101": resnet.ResNet101}[name]
    return make(
        weights=weights,
        pretrained=pretrained,
        output_stride=config.output_stride or 16,
        multi_grid=config.multi_grid,
    )
