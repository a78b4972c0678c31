"""What the program's own work is called."""

JOBS = {
    "keep_house": "Housekeeping",
    "remind": "Reminders",
    "import_file": "Import of a file",
}
# Rows of the outbox by their kind; what is none of these is an event that pages are told.
KINDS = {
    "job": "Jobs to hand over",
    "mail": "Mail",
    "webhook": "Deliveries to webhooks",
    "event": "Events to tell",
}
