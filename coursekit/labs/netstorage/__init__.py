"""Labs of the network storage chapter."""
