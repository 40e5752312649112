import numpy as np
import pytest

from server.formats import catalogue
from server.rules.errors import Invalid


def test_masks_are_named_as_their_format_names_them() -> None:
    assert catalogue.mask_file("cityscapes", "a/x_leftImg8bit.png") == "a/x_gtFine_labelIds.png"
    assert catalogue.mask_file("cityscapes", "a/x.jpg") == "a/x.png"
    assert catalogue.mask_file("yolo", "x.jpg") == "x.txt"


def test_a_mapping_replaces_ids_keeps_void_and_refuses_the_rest() -> None:
    labels = np.array([[3, 4, 255]], dtype=np.uint8)
    assert catalogue.mapped(labels, {"3": 0, "4": 255}).tolist() == [[0, 255, 255]]
    with pytest.raises(Invalid, match="name: 4"):
        catalogue.mapped(labels, {"3": 0})


def test_yolo_places_are_mapped_and_none_may_be_left_out() -> None:
    line = b"1 0 0 1 0 1 1 0 1\n"
    read = catalogue.read_file("yolo", line, {"0": 5, "1": 7}, width=2, height=2)
    assert read.tolist() == [[7, 7], [7, 7]]
    with pytest.raises(Invalid, match="leaves out: 0"):
        catalogue.read_file("yolo", line, {"1": 7}, width=2, height=2)
    assert catalogue.labels_of_file("yolo", line * 3) == {"1": 3}
