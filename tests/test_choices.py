"""What may be asked for over HTTP is what a training can do, no less and no more."""

import typing

import pytest
from pydantic import ValidationError

from server.api.plans import RoundIn
from server.api.training import NetworkIn, SettingsIn
from server.rules.plans import GroupQuota
from server.services import rounds
from worker.ml import acquisition
from worker.ml.config import NetworkConfig


def test_every_strategy_can_be_asked_for_and_is_carried_out() -> None:
    assert set(rounds.STRATEGIES) == set(acquisition.STRATEGIES)
    for name in rounds.STRATEGIES:
        assert RoundIn.model_validate({"k": 1, "strategy": name}).strategy == name


def test_every_quota_of_groups_can_be_asked_for_and_is_carried_out() -> None:
    assert set(acquisition.GROUP_QUOTAS) == set(GroupQuota)
    for name in GroupQuota:
        assert RoundIn.model_validate({"k": 1, "group_quota": name}).config() == {
            "group_quota": name
        }
        assert SettingsIn.model_validate({"group_quota": name}).group_quota == name


def test_every_network_can_be_asked_for_and_is_built() -> None:
    for name in typing.get_args(typing.get_type_hints(NetworkConfig)["name"]):
        assert SettingsIn.model_validate({"network": name}).network == name


def test_a_network_may_be_said_in_full_with_the_same_defaults() -> None:
    told = NetworkIn.model_validate({}).model_dump()
    own = NetworkConfig(classes=2).to_dict()

    assert {name: own[name] for name in told} == told
    assert set(own) - set(told) == {"classes", "weights"}  # no paths of the server's over HTTP
    for head in typing.get_args(typing.get_type_hints(NetworkConfig)["head"]):
        full = {"name": "resnet50", "head": head, "output_stride": 8, "multi_grid": [1, 2, 4]}
        sent = SettingsIn.model_validate({"network": full}).model_dump(mode="json")["network"]
        assert NetworkConfig.from_dict({"classes": 2, **sent}).head == head


def test_a_network_that_is_not_built_is_refused() -> None:
    with pytest.raises(ValidationError, match="network"):
        SettingsIn.model_validate({"network": "vgg16"})
