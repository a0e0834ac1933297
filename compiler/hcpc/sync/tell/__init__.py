"""A round is told: to people, to programs, to git and to the forge."""
