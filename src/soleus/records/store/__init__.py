"""Store: what Soleus keeps between two questions, in SQLite by default or in PostgreSQL; only this package knows it."""

from .database import Keys, Store, open_store

__all__ = ["Keys", "Store", "open_store"]
