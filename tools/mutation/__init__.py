"""Small changes made to the program at random, each of which a test has to notice: ``make mutate``."""
