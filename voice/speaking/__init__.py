"""From what is to be said to words and sounds: prompts, earcons, and the voices that speak them."""
