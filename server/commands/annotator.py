"""A simulated annotator: takes items like a person, and hands in what a person would draw."""

from __future__ import annotations

from dataclasses import dataclass

from server.codecs import PNG_TYPE
from server.commands.client import Client
from server.commands.dataset import TargetLabels


@dataclass
class Effort:
    """What the corrections of a round came to."""

    items: int = 0
    changed_pixels: int = 0


def label_round(client: Client, project_id: str, labels: TargetLabels) -> Effort:
    """Take and submit items until the queue is empty.

    A label map is read only at the moment in which its image is submitted.
    """
    effort = Effort()
    while item := client.post(f"/projects/{project_id}/items/take"):
        submitted = client.send(
            f"/items/{item['id']}/submit",
            labels.read(item["image"]["name"]),
            PNG_TYPE,
            key=f"{item['id']}-{item['lease']['fence']}",
            lease_id=item["lease"]["id"],
            active_seconds=0,
            strokes=0,
            clicks=0,
            undos=0,
        )
        effort.items += 1
        effort.changed_pixels += submitted["changed_pixels"]
    return effort
