"""The four ways Soleus says no. The message does the work: field, value, unit, rule, remedy."""


class SoleusError(Exception):
    """Anything Soleus refuses; catch this at the door."""


class OutOfRange(SoleusError):
    """A number that no patient, machine or clinic has."""


class BadRecord(SoleusError):
    """A file or message that cannot be read as what it claims to be."""


class NotConverged(SoleusError):
    """A run that did not reach the state it was sent to."""


class NotIdentifiable(SoleusError):
    """A question the data at hand cannot answer."""
