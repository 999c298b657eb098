"""Serves the page, as `spacekit app` asks it to: `python -m spacekit.forms.app NOTEBOOK [options of voila]`."""

from spacekit.forms.app.server import PageServer

if __name__ == "__main__":
    PageServer.launch_instance()
