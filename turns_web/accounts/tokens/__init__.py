"""API tokens: what a person gives a program to sign in with, in their name and with their rights."""
