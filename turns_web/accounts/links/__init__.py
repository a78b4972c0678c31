"""Links that open an account, each used once: an invitation, or a new password in place of one that was lost."""
