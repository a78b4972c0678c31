"""The words in which people are told, as administrators write them."""
