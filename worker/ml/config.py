"""What a training stage is told: frozen dataclasses that go to JSON and back without loss."""

import dataclasses
import json
import re
import types
import typing
from dataclasses import dataclass
from typing import Any, Literal, Self


class Options:
    """JSON both ways; an unknown key is refused by its name, so that no option is lost silently."""

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(typing.cast(Any, self))

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError(f"{cls.__name__} needs a JSON object, not {type(values).__name__}")
        return cls.from_dict(values)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        hints = typing.get_type_hints(cls)
        unknown = sorted(set(values) - set(hints))
        if unknown:
            raise ValueError(f"{cls.__name__} has no option {', '.join(map(repr, unknown))}")
        return cls(**{name: _typed(name, hints[name], value) for name, value in values.items()})


def _typed(name: str, hint: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return typing.cast(Any, hint).from_dict(value)
    if origin is tuple and isinstance(value, list | tuple):
        if len(value) != len(arguments):
            raise ValueError(f"{name} needs {len(arguments)} values, not {len(value)}")
        return tuple(_typed(name, each, item) for each, item in zip(arguments, value, strict=True))
    if origin is Literal:
        if value not in arguments:
            raise ValueError(f"{name} must be one of {', '.join(arguments)}, not {value!r}")
        return value
    accepted = arguments if origin in (types.UnionType, typing.Union) else (hint,)
    if float in accepted and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, accepted) or isinstance(value, bool) is not (bool in accepted):
        raise ValueError(f"{name} cannot be {value!r}")
    return value


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


@dataclass(frozen=True)
class NetworkConfig(Options):
    """Which network, and where its first weights come from."""

    classes: int
    name: Literal[
        "efficientnet_lite0",
        "mobilenet_v3_large",
        "resnet50",
        "resnet101",
        "pvt_v2_b0",  # these two with the extra `zoo`
        "dinov2_small",
    ] = "efficientnet_lite0"
    head: Literal["light", "deeplab_v2", "deeplab_v3_plus"] = "light"
    output_stride: int | None = None  # 8 or 16, of a ResNet; None is the backbone's own
    multi_grid: tuple[int, int, int] = (1, 1, 1)  # dilations of a ResNet's last three blocks
    pretrained: bool = True
    weights: str | None = None  # a file of backbone weights; None takes the name's own source
    embedding: int = 64  # channels of the contrastive embedding
    decoder: int = 128  # channels of the head
    dropout: float = 0.1
    auxiliary: bool = False  # a second classifier on the stride-16 features

    def __post_init__(self) -> None:
        _check(2 <= self.classes <= 255, f"classes must be 2 to 255, not {self.classes}")
        _check(self.embedding >= 1, f"embedding must be at least 1, not {self.embedding}")
        _check(self.decoder >= 1, f"decoder must be at least 1, not {self.decoder}")
        _check(
            self.pretrained or self.weights is None,
            f"weights are {self.weights} and pretrained is false: give one or the other",
        )
        _check(0 <= self.dropout < 1, f"dropout must be in [0, 1), not {self.dropout}")
        _check(
            self.output_stride in (None, 8, 16),
            f"output_stride must be 8 or 16, not {self.output_stride}",
        )
        _check(min(self.multi_grid) >= 1, f"multi_grid must be at least 1, not {self.multi_grid}")
        _check(
            self.name.startswith("resnet")
            or (self.output_stride is None and self.multi_grid == (1, 1, 1)),
            f"output_stride and multi_grid are options of a ResNet, not of {self.name}",
        )


@dataclass(frozen=True)
class StageConfig(Options):
    """One training stage: the network, the schedule, the recipe's weights, the augmentation."""

    network: NetworkConfig
    recipe: str = "stal"
    steps: int = 150
    seed: int = 0

    batch_labelled: int = 4
    batch_unlabelled: int = 4
    source_share: float = 0.5  # of the labelled crops, once the target has labels
    crop: tuple[int, int] = (160, 224)  # height, width
    max_side: int = 512  # larger images are reduced to this before anything else

    optimiser: Literal["adamw", "sgd"] = "adamw"
    lr: float = 3e-4  # of the backbone
    head_lr_factor: float = 10.0
    weight_decay: float = 1e-2
    poly_power: float = 0.9
    ema: float = 0.95  # over some 20 steps; the paper has 0.99 for some 50,000

    supervised: Literal["ce", "ohem"] = "ce"
    ohem_threshold: float = 0.7
    ohem_kept: float = 0.15  # at least this share of the batch's pixels counts
    auxiliary_weight: float = 0.4
    lambda_u: float = 1.0
    lambda_c: float = 0.1
    entropy_filter: Literal["drop_high", "none"] = "drop_high"
    alpha0: float = 0.2  # share of the least sure pixels left out at first; falls to 0
    pseudo_confidence: float = 0.9  # guesses below it are not learnt from; the paper has 0
    pseudo_mean: Literal["kept", "valid"] = "valid"  # what the pseudo-label loss is divided by
    # By the squared confidence of the guess; and of classes that are well known, fewer pixels.
    pseudo_weight: Literal["equal", "confidence", "confidence_and_class"] = "equal"
    unlabelled_start: float = 0.0  # share of the stage before the pseudo-label loss begins
    contrastive_start: float = 0.1
    temperature: float = 0.5
    anchors: int = 256
    negatives: int = 50
    anchor_confidence: float = 0.3
    low_rank: int = 3
    bank: int = 2000  # keys kept per class
    bank_push: int = 256  # keys added per class and step, drawn at random

    confidence_momentum: float = 0.99  # the paper's 0.999 is made for some 50,000 steps
    class_temperature: float = 0.2
    copy_paste: float = 0.5  # chance per labelled crop
    copy_paste_classes: int = 3
    copy_paste_scale: tuple[float, float] = (0.5, 2.0)
    cutmix: bool = True
    cutmix_min_area: float = 0.005
    cutmix_presence: float = 0.01

    scale: tuple[float, float] = (0.75, 1.5)
    flip: float = 0.5
    jitter: float = 0.4  # strength of the student's photometric view; 0 is off
    colour_transfer: float = 0.5  # chance that a source crop takes a target image's colours
    invert: float = 0.1  # chance that a source crop is inverted: bright objects become dark

    device: str = "auto"  # or cpu, cuda, cuda:1
    # Of the networks; losses are float32. `auto` is bfloat16 on a GPU that has it.
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    batch_norm: Literal["batch", "frozen"] = "batch"  # frozen: by the averages it starts with
    accumulate: int = 1  # micro-batches that a step is run in; more need less memory
    threads: int = 1
    loader_threads: int = 1
    prefetch: int = 3
    checkpoint_seconds: float = 60.0
    checkpoints_kept: int = 3
    log_every: int = 10

    def __post_init__(self) -> None:
        for name in ("steps", "batch_labelled", "anchors", "negatives", "bank", "bank_push",
                     "threads", "accumulate", "loader_threads", "prefetch", "checkpoints_kept",
                     "log_every", "copy_paste_classes", "low_rank"):  # fmt: skip
            value = getattr(self, name)
            _check(value >= 1, f"{name} must be at least 1, not {value}")
        for name in ("source_share", "copy_paste", "flip", "colour_transfer", "invert",
                     "ema", "contrastive_start", "unlabelled_start", "ohem_threshold", "ohem_kept",
                     "pseudo_confidence", "anchor_confidence", "confidence_momentum",
                     "cutmix_min_area", "cutmix_presence"):  # fmt: skip
            value = getattr(self, name)
            _check(0 <= value <= 1, f"{name} must be in [0, 1], not {value}")
        for name in ("lr", "head_lr_factor", "weight_decay", "poly_power", "auxiliary_weight",
                     "lambda_u", "lambda_c", "jitter", "checkpoint_seconds"):  # fmt: skip
            value = getattr(self, name)
            _check(value >= 0, f"{name} cannot be negative, and is {value}")
        for name in ("temperature", "class_temperature", "max_side"):
            value = getattr(self, name)
            _check(value > 0, f"{name} must be above 0, not {value}")
        _check(
            re.fullmatch(r"auto|cpu|cuda(:\d{1,3})?", self.device) is not None,
            f"device must be auto, cpu, cuda or cuda:N, not {self.device!r}",
        )
        _check(self.batch_unlabelled >= 0, "batch_unlabelled cannot be negative")
        _check(0 <= self.alpha0 < 1, f"alpha0 must be in [0, 1), not {self.alpha0}")
        # Below 64 the stride-32 map of a single crop is one pixel, which batch norm refuses.
        _check(
            all(side >= 64 and side % 32 == 0 for side in self.crop),
            f"crop sides must be multiples of 32 from 64, not {self.crop}",
        )
        for name in ("scale", "copy_paste_scale"):
            low, high = getattr(self, name)
            _check(0 < low <= high, f"{name} must be low to high, not {low} to {high}")
