"""What somebody means who pastes something and asks "I paid, where is it?". Pure Python."""
