"""The portal as functions of AWS Lambda. Nothing imports this package, and it imports nothing of the shell's."""
