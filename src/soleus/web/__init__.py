"""Web: the clinic on a screen; only this package knows HTTP."""
