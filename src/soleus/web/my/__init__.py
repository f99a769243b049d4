"""My: the pages of a person on dialysis."""
