"""Class confidence and the class choices that follow from it."""

import numpy as np
import pytest
import torch

from worker.ml.confidence import ClassConfidence, batch_confidence, class_chances


class TestBatchConfidence:
    def test_void_and_absent_classes(self) -> None:
        logits = torch.tensor([2.0, 0, 0]).view(1, 3, 1, 1).expand(1, 3, 1, 4)
        labels = torch.tensor([[[0, 0, 1, 255]]])

        means, counts = batch_confidence(logits.softmax(dim=1), labels)

        assert counts.tolist() == [2, 1, 0]
        assert means[:2].tolist() == pytest.approx([0.786986, 0.106507], abs=1e-6)

    def test_pixels_are_pooled_over_images(self) -> None:
        probs = torch.tensor([[1.0, 0, 0], [0.5, 0.5, 0.5]])  # the own class, per image and pixel
        both = torch.stack([probs, 1 - probs], dim=1)[:, :, None]
        labels = torch.tensor([[[0, 255, 255]], [[0, 0, 0]]])

        means, _ = batch_confidence(both, labels)

        assert means[0].item() == pytest.approx(0.625)


class TestClassConfidence:
    def test_absence_changes_nothing(self) -> None:
        kept = ClassConfidence(2)
        kept.update(torch.tensor([0.8, 0.3]), torch.tensor([5, 5]), momentum=0.999)

        for _ in range(1000):
            kept.update(torch.tensor([0.0, 0.3]), torch.tensor([0, 5]), momentum=0.999)

        assert kept.value[0].item() == pytest.approx(0.8)

    def test_moves_by_its_momentum(self) -> None:
        kept = ClassConfidence(1)
        kept.update(torch.tensor([0.8]), torch.tensor([1]), momentum=0.999)
        kept.update(torch.tensor([0.2]), torch.tensor([1]), momentum=0.999)

        assert kept.value.item() == pytest.approx(0.999 * 0.8 + 0.001 * 0.2)

    def test_starts_even_until_first_seen(self) -> None:
        assert ClassConfidence(3).value.tolist() == [0.5, 0.5, 0.5]


def test_chances_by_hand() -> None:
    chances = class_chances(np.array([0.9, 0.6, 0.3]), temperature=1.0)

    assert chances.tolist() == pytest.approx([0.239694, 0.323554, 0.436752], abs=1e-6)


def test_a_low_temperature_sharpens() -> None:
    chances = class_chances(np.array([0.98, 0.5]), temperature=0.2)

    assert chances[1] / chances[0] == pytest.approx(np.exp(0.48 / 0.2))
