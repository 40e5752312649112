"""Configurations go to JSON and back, and refuse what they do not know."""

import json

import pytest

from worker.ml.config import NetworkConfig, StageConfig


def test_goes_to_json_and_back_unchanged() -> None:
    config = StageConfig(
        network=NetworkConfig(classes=3, weights="a.safetensors"), crop=(64, 96), lr=1e-4, seed=7
    )

    assert StageConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"momentums": 0.9}, "no option 'momentums'"),
        ({"network": {"classes": 3, "colour": 1}}, "no option 'colour'"),
        ({"steps": 0}, "steps must be at least 1, not 0"),
        ({"steps": "150"}, "steps cannot be '150'"),
        ({"steps": True}, "steps cannot be True"),
        ({"cutmix": 1}, "cutmix cannot be 1"),
        ({"crop": [64]}, "crop needs 2 values, not 1"),
        ({"crop": [32, 64]}, "multiples of 32 from 64"),
        ({"optimiser": "lion"}, "must be one of adamw, sgd"),
        ({"alpha0": 1.0}, "alpha0 must be in"),
        ({"network": {"classes": 1}}, "classes must be 2 to 255, not 1"),
        ({"network": {"classes": 3, "decoder": 0}}, "decoder must be at least 1, not 0"),
        # Else the file would be left aside without a word, and the weights be random.
        (
            {"network": {"classes": 3, "weights": "a.pth", "pretrained": False}},
            "weights are a.pth and pretrained is false",
        ),
        ({"temperature": 0}, "temperature must be above 0, not 0.0"),
        ({"class_temperature": 0.0}, "class_temperature must be above 0"),
        ({"pseudo_confidence": 1.5}, r"pseudo_confidence must be in \[0, 1\], not 1.5"),
        ({"lambda_c": -0.1}, "lambda_c cannot be negative, and is -0.1"),
        ({"copy_paste_scale": [2.0, 0.5]}, "copy_paste_scale must be low to high, not 2.0 to 0.5"),
    ],
)
def test_refuses_by_name(changes: dict[str, object], message: str) -> None:
    text = json.dumps({"network": {"classes": 3}, **changes})

    with pytest.raises(ValueError, match=message):
        StageConfig.from_json(text)


def test_a_whole_number_is_a_good_fraction() -> None:
    config = StageConfig.from_json('{"network": {"classes": 3}, "lambda_u": 2}')

    assert config.lambda_u == 2.0
    assert isinstance(config.lambda_u, float)
