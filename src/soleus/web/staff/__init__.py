"""Staff: the ward, a patient, a session and what could be otherwise, and how sessions are written down."""
