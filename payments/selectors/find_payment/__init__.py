""" "I paid, where is it?": looks for what somebody has pasted."""
