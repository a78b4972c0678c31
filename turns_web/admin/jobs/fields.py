"""What the program's own work is called."""

JOBS = {
    "import_file": "Import of a file",
    "make_export": "Export to a file",
}
CHORES = {
    "refresh_property_summary": "Summary of each property",
    "remind": "Reminders",
    "send_digests": "The morning's mail",
    "file_turns": "Filing turns that were completed",
    "learn_costs": "What turns usually cost",
    "forget": "Forgetting sessions, receipts and old notices",
    "clear_imports": "Clearing files of old imports",
    "reap_exports": "Taking up exports that were left off",
    "expire_exports": "Deleting files of old exports",
    "keep_partitions": "Partitions of the audit, two months ahead",
    "seal_audit": "Sealing the audit",
}
# Rows of the outbox by their kind; what is none of these is an event that pages are told.
KINDS = {
    "job": "Jobs to hand over",
    "mail": "Mail",
    "webhook": "Deliveries to webhooks",
    "event": "Events to tell",
}
