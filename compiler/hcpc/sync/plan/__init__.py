"""What git wants, what we own and what is there → what is to be done, and why. Pure."""
