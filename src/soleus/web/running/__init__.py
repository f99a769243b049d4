"""Running: a session while it runs, heard line by line and shown as it goes."""
