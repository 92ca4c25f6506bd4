"""The imaging port and its adapter."""
