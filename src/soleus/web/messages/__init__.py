"""Messages: what patients and visitors ask, what the team answers, and what cannot wait."""
