"""Doors: who comes in, by password, passkey or the clinic's own sign-on, and what one's own account is."""
