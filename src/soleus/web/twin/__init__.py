"""Twin: questions to the twin, put to processes beside the server."""
