"""What was promised: jobs committed with their cause, and the worker that keeps them."""
