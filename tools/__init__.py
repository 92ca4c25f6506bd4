"""What people run in a checkout: nothing here is part of the wheel."""
