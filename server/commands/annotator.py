"""Takes items like a person, and hands in masks that are there already, image by image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.codecs import PNG_TYPE
from server.commands.client import Client, Json

Draw = Callable[[str], bytes | None]
"""Returns the PNG of the label map for an image's name, or None when there is none."""


@dataclass
class Effort:
    """What the corrections of a round came to."""

    items: int = 0
    skipped: int = 0
    changed_pixels: int = 0


def label_round(client: Client, project_id: str, draw: Draw) -> Effort:
    """Take and submit items until the queue is empty; what cannot be drawn is skipped.

    A label map is asked for only at the moment in which its image is submitted.
    """
    effort = Effort()
    while item := client.post(f"/projects/{project_id}/items/take"):
        mask = draw(item["image"]["name"])
        if mask is None:
            skip = {"lease_id": item["lease"]["id"], "reason": "no mask in the folder"}
            client.post(f"/items/{item['id']}/skip", skip)
            effort.skipped += 1
            continue
        effort.items += 1
        effort.changed_pixels += _submit(client, item, mask)["changed_pixels"]
    return effort


def _submit(client: Client, item: Json, mask: bytes) -> Json:
    return client.send(
        f"/items/{item['id']}/submit",
        mask,
        PNG_TYPE,
        key=f"{item['id']}-{item['lease']['fence']}",
        lease_id=item["lease"]["id"],
        active_seconds=0,
        strokes=0,
        clicks=0,
        undos=0,
    )
