"""Git as a sync needs it: what to apply comes from there, and what came of it goes back."""
