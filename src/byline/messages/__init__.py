"""What Byline says to people: codes with parameters, and the catalogue that words them in each language."""
