"""Backbones behind one interface: images in; logits, feature, embedding and auxiliary out."""

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
    if config.name == "resnet101":
        # Here, since torchvision loads torch's compiler: it doubles the start of every other job.
        from worker.ml.networks.resnet import ResNet101

        return DeepLab(ResNet101(weights=config.weights, pretrained=wanted), config)
    return DeepLab(EfficientNetLite0(weights=config.weights, pretrained=wanted), config)
