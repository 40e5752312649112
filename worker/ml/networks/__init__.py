"""Backbones behind one interface: images in; logits, feature, embedding and auxiliary out."""

from collections.abc import Callable

from torch import nn

from worker.ml.config import NetworkConfig
from worker.ml.networks.deeplab import DeepLab, SegmentationOutput
from worker.ml.networks.efficientnet_lite0 import EfficientNetLite0

__all__ = ["DeepLab", "SegmentationOutput", "build_network"]


def build_network(config: NetworkConfig, *, initialise: bool = True) -> DeepLab:
    """The network of the config; `initialise=False` where saved weights are loaded right after.

    Raises:
        WeightsMissing: If pretrained weights are asked for and cannot be found.
    """
    wanted = config.pretrained and initialise
    return DeepLab(_backbone(config.name)(weights=config.weights, pretrained=wanted), config)


def _backbone(name: str) -> Callable[..., nn.Module]:
    # Imported here: torchvision loads torch's compiler, which doubles the start of every other job.
    if name == "efficientnet_lite0":
        return EfficientNetLite0
    if name == "mobilenet_v3_large":
        from worker.ml.networks.mobilenet_v3 import MobileNetV3Large

        return MobileNetV3Large
    from worker.ml.networks import resnet

    return {"resnet50": resnet.ResNet50, "resnet101": resnet.ResNet101}[name]
