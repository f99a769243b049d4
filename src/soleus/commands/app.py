"""App: the command itself, to which every file here adds its own."""

from cyclopts import App

from .. import __version__

EPILOGUE = "Soleus is not a medical device: what is done for a patient is for the responsible clinician to decide."

app = App(
    name="soleus",
    help="Why the muscles of a person on dialysis cramp, how much each cause weighs, and what would stop it.",
    help_epilogue=EPILOGUE,
    help_format="plaintext",
    version=__version__,
    version_flags=["--version", "-V"],
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # cli.py tells what happened
)
importing = App(name="import", help="Turn other people's records into case files.", sort_key=4)
app.command(importing)
