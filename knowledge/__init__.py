"""What the bot knows: reading summaries, storing what they state, and answering from it."""
