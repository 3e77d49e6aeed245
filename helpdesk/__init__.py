"""The support desk for people who cannot get into their account."""

__version__ = "0.1.0"
