"""Parts of the screen of sensitivity and agreement."""
