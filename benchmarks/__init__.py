"""One script per figure that the documentation states; each writes JSON."""
