"""What people read for the words of the enumerated types."""

APPROVAL = {
    "PENDING": "Not submitted",
    "DFO_APPROVAL_NEEDED": "Waits for DFO",
    "HO_APPROVAL_NEEDED": "Waits for HO",
    "DFO_APPROVED": "DFO approved",
    "HO_APPROVED": "HO approved",
    "REJECTED": "Rejected",
}
GRADES = {"LIGHT": "Light", "STANDARD": "Standard", "HEAVY": "Heavy", "RENOVATION": "Renovation"}
UTILITY = {"YES": "On", "NO": "Off", "PENDING": "Not known yet"}
