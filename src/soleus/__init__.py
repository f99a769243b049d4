"""Soleus: why the muscles of a person with kidney failure cramp, and what would stop it."""

__version__ = "0.1.0"
