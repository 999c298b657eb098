"""The picture of a chart in a form."""

import threading

import spacekit as sk
from spacekit.forms import picture
from spacekit.forms.picture import Request


def test_picture_is_drawn_alike_in_threads() -> None:
    """Two threads that draw at once draw what one alone does."""
    spaces = sk.sample_batch().spaces
    alone = picture.draw(Request("audience", spaces)).png
    drawn: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: drawn.append(picture.draw(Request("audience", spaces)).png))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [alone, alone]
