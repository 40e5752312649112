"""Rings of negatives, and which image shows which class."""

import torch
from torch import Tensor

from worker.ml.banks import NegativeBank, PresenceBank


def key(number: int) -> Tensor:
    """A unit vector that tells its number by its angle."""
    angle = torch.tensor(number / 10)
    return torch.stack([angle.cos(), angle.sin()])


def push(bank: NegativeBank, *numbers: int, label: int = 0) -> None:
    rows = [key(number) for number in numbers]
    bank.push(label, torch.stack(rows) if rows else torch.zeros(0, 2))


def held(bank: NegativeBank, label: int = 0) -> list[int]:
    """In the order in which they came."""
    length, capacity = int(bank.length[label]), bank.keys.shape[1]
    first = int(bank.head[label]) - length
    keys = bank.keys[label, (first + torch.arange(length)) % capacity]
    return [round(float(torch.atan2(y, x)) * 10) for x, y in keys]


class TestNegativeBank:
    def test_the_oldest_leave_first(self) -> None:
        bank = NegativeBank(1, 5, 2)
        push(bank, 1, 2, 3)
        push(bank, 4, 5, 6, 7)

        assert held(bank) == [3, 4, 5, 6, 7]

    def test_nothing_pushed_changes_nothing(self) -> None:
        bank = NegativeBank(1, 5, 2)
        push(bank, 1, 2)
        push(bank)

        assert held(bank) == [1, 2]

    def test_of_more_than_it_holds_the_last_stay(self) -> None:
        bank = NegativeBank(1, 5, 2)
        push(bank, *range(1, 10))

        assert held(bank) == [5, 6, 7, 8, 9]

    def test_classes_do_not_mix(self) -> None:
        bank = NegativeBank(3, 5, 2)
        push(bank, 1, label=2)

        assert [held(bank, label) for label in range(3)] == [[], [], [1]]

    def test_pushes_a_limited_random_share_of_the_masked_pixels(self) -> None:
        bank = NegativeBank(2, 50, 2)
        pixels = torch.stack([key(number) for number in range(20)])
        mask = torch.zeros(2, 20, dtype=torch.bool)
        mask[1, 10:] = True

        bank.push_some(pixels, mask, at_most=4, generator=torch.Generator().manual_seed(0))

        assert held(bank, 0) == []
        assert len(set(held(bank, 1))) == 4
        assert set(held(bank, 1)) <= set(range(10, 20))

    def test_every_masked_pixel_is_pushed_equally_often(self) -> None:
        pixels = torch.stack([key(number) for number in range(10)])
        mask = torch.ones(1, 10, dtype=torch.bool)
        generator, pushed = torch.Generator().manual_seed(0), torch.zeros(10)
        for _ in range(1000):
            bank = NegativeBank(1, 5, 2)
            bank.push_some(pixels, mask, at_most=3, generator=generator)
            pushed[held(bank)] += 1

        assert pushed.sum() == 3000
        assert pushed.min() > 240
        assert pushed.max() < 360

    def test_of_more_than_it_holds_the_last_pixels_stay(self) -> None:
        bank = NegativeBank(1, 3, 2)
        pixels = torch.stack([key(number) for number in range(10)])
        mask = torch.ones(1, 10, dtype=torch.bool)

        bank.push_some(pixels, mask, at_most=10, generator=torch.Generator().manual_seed(0))

        assert held(bank) == [7, 8, 9]

    def test_classes_with_few_and_with_no_pixels_leave_the_others_places_alone(self) -> None:
        bank = NegativeBank(3, 4, 2)
        push(bank, 11, 12, 13, label=0)
        push(bank, 14, label=1)
        pixels = torch.stack([key(number) for number in range(6)])
        mask = torch.zeros(3, 6, dtype=torch.bool)
        mask[0, [1, 4]] = True
        mask[2] = True

        bank.push_some(pixels, mask, at_most=5, generator=torch.Generator().manual_seed(0))

        assert held(bank, 0) == [12, 13, 1, 4]
        assert held(bank, 1) == [14]
        assert len(set(held(bank, 2))) == 4

    def test_draws_only_what_it_holds(self) -> None:
        bank = NegativeBank(3, 50, 2)
        push(bank, 3, 4)
        push(bank, 5, label=2)

        drawn = bank.draw((10, 10), generator=torch.Generator().manual_seed(0))

        assert drawn.shape == (3, 10, 10)
        x, y = bank.rows[drawn].unbind(dim=3)
        numbers = torch.atan2(y, x).mul(10).round()
        assert set(numbers[0].flatten().tolist()) == {3, 4}
        assert set(numbers[2].flatten().tolist()) == {5}
        assert set(drawn[1].flatten().tolist()) == {50}


def test_a_class_counts_from_its_share_of_the_pixels_on() -> None:
    bank = PresenceBank(3, 3)
    guess = torch.zeros(1, 10, 10, dtype=torch.long)
    guess[0, 0, 0] = 2

    bank.update([1], guess, share=0.01)

    assert bank.shown.tolist() == [[False] * 3, [True, False, True], [False] * 3]
