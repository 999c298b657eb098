"""Collections larger than memory: cut into units, each decoded by itself, on several cores or a cluster."""
