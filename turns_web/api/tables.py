"""What a row of each table is called in answers."""

ROW = {
    "properties": "property",
    "turns": "turn",
    "vendors": "vendor",
    "utility_providers": "utility_provider",
}
