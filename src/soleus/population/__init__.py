"""Population: many people of one place live for weeks; one row a session, in a file of any length."""
