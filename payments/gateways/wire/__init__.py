"""Bank wires. Pure: there is nobody to ask, since only our own bank knows what has arrived."""
