"""Office: accounts, units and what they have, the audit, and what is kept of a person; no case is seen here."""
