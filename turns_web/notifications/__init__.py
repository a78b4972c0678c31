"""People are told: in the page and by mail, of what others did, each as they chose."""
