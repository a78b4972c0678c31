"""The audit's proof: rows are sealed in a chain of hashes, its newest link is kept outside the database too."""
