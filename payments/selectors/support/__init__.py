"""What support reads of one customer: a page made of sections."""
