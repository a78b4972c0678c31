"""The stages that every turn goes through, as administrators keep them."""
