"""What readers see: pages made from profiles, and their publishing."""
