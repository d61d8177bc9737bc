"""A notebook course on IT infrastructure, driven by simulations."""

__version__ = "0.1.0"
