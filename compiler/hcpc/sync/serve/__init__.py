"""What makes a daemon of rounds: when they run, and what it shows of itself to others."""
